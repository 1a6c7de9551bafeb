"""The desk: our own pages inside Airflow's UI, behind Airflow's own rights."""
