"""The records: frozen pydantic models, and the dates and texts that they are made of."""
