"""What each page says, as plain data: the page and its JSON are made from the same."""
