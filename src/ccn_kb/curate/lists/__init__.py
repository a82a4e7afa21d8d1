"""Lists of cities as curators have them: pasted text, tables, workbooks, web pages, JSON and YAML, line by line."""
