from setuptools import setup, find_packages

setup(
    name="keyboard-shortcuts-py",
    version="1.0.0",
    description="Keyboard shortcuts py helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
