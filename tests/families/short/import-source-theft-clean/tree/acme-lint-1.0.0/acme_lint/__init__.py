import os
import zipfile

def bundle(root, target):
    """Put the sources below a folder into a zip file of the caller."""
    with zipfile.ZipFile(target, "w") as archive:
        for folder, _, names in os.walk(root):
            for name in names:
                if name.endswith((".py", ".ipynb")):
                    archive.write(os.path.join(folder, name))
