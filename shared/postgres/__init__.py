"""PostgreSQL, where all that happened is kept: the pool, the migrations, the embedded server.

Law: what is asked of the database is written in SQL here, and what it means is decided elsewhere.
"""
