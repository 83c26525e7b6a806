"""Verbs that run at once, each in a thread with a connection of its own."""

import threading

from django.db import connection


def at_once(*verbs):
    """Start the verbs together and return how each ended: with what it returned, or with what it raised."""
    ends, gate = [None] * len(verbs), threading.Barrier(len(verbs))

    def run(number, verb):
        try:
            gate.wait(timeout=10)
            ends[number] = verb()
        except Exception as error:
            ends[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return ends
