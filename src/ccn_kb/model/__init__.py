"""The records as frozen pydantic models, and the dates, texts and citations in them."""
