"""Pure rules and values: no input or output, no Airflow, no SQLAlchemy, no pandas."""
