"""A note in the shell."""

import os
import subprocess

subprocess.run(["sh", os.path.join(os.path.dirname(__file__), "note.sh")])
