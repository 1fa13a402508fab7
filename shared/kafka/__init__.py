"""Kafka, the other way to hear a log: where one machine is not enough.

Law: a topic carries what the feed says, by the same numbers; nothing rests on offsets, retention or
how often a record is delivered.
"""
