"""The shape of what each page says, as types: what `/openapi.json` promises of its JSON, and a test holds it to."""
