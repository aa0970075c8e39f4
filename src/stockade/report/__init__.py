"""Reports as strings: text, JSON, SARIF, Markdown, HTML. Nothing here prints."""
