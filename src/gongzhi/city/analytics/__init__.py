"""One SQL text over Parquet facts, on DuckDB here or on Spark elsewhere."""
