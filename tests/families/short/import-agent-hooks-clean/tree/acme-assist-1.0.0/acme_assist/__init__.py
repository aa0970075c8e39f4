import json
import pathlib

def save(settings):
    """Keep this tool's own settings."""
    path = pathlib.Path.home() / ".config" / "acme-assist" / "settings.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings))
