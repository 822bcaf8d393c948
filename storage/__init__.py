"""The database: tables, repositories, the unit of work, the outbox and the read models. Imports `engine` and `rules` only."""
