"""The HTTP feed: published events as batches of CloudEvents, by long polling (http-feeds.org)."""
