import os
import shutil
import sqlite3
import tempfile

def snapshot(source):
    """Copy a database of the caller, so that it can be read while it is in use."""
    target = os.path.join(tempfile.gettempdir(), "snapshot.db")
    shutil.copy2(source, target)
    return target

def rows(source, table):
    connection = sqlite3.connect(snapshot(source))
    return connection.execute("SELECT * FROM " + table).fetchall()
