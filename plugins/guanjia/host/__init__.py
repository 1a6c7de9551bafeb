"""The processes of a home: embedded PostgreSQL, Airflow's processes, the mail sink, and the supervisor over them."""
