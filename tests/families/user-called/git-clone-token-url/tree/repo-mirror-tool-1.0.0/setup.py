from setuptools import setup, find_packages

setup(
    name="repo-mirror-tool",
    version="1.0.0",
    description="Repo mirror tool helpers",
    packages=find_packages(),
    python_requires=">=3.7",
)
