"""The pages of what people are told, a module each subject."""
