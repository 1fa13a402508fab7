"""Alembic's entry: runs the revisions over the connection `shared.postgres.migrate` gives."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="revisions", version_table_schema="public")
with context.begin_transaction():
    context.run_migrations()
