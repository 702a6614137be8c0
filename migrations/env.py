"""Alembic's entry: the connection is handed in by intake.storage.session, or made from the settings."""

from alembic import context

from intake.settings import read_settings
from intake.storage.session import connect
from intake.storage.tables import metadata

handed_in = context.config.attributes.get("connection")
engine = None if handed_in is not None else connect(read_settings().store_url)
connection = handed_in if engine is None else engine.connect()
context.configure(connection=connection, target_metadata=metadata, compare_type=True, compare_server_default=True)
with context.begin_transaction():
    context.run_migrations()
if engine is not None:
    connection.commit()
    connection.close()
