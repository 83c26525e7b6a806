"""People, organisations and partnerships."""

import factory

from people.models import Area, Organisation, Partnership, Sector, User


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Area
        django_get_or_create = ("slug",)

    slug = "hampshire"
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").title())


class PartnershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partnership
        django_get_or_create = ("slug",)

    slug = "hampshire"
    name = factory.LazyAttribute(lambda o: f"{o.slug.replace('-', ' ').title()} Safeguarding Children Partnership")
    short_name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").title())
    area = factory.SubFactory(AreaFactory, slug=factory.SelfAttribute("..slug"))
    contact_email = factory.LazyAttribute(lambda o: f"{o.slug}@example.gov.uk")


class SectorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Sector
        django_get_or_create = ("slug",)

    slug = "education-school"
    name = "Schools"


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation
        django_get_or_create = ("slug",)

    slug = "example-school"
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").title())
    sector = factory.SubFactory(SectorFactory)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        django_get_or_create = ("email",)

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.LazyAttribute(lambda o: o.email.split("@")[0].title())
    organisation_name = "Example School"
    job_role = "Teacher"
