import nox

DEPS = ["pytest==8.4.0", "coverage"]
VERSION = "25.1.0"


@nox.session
def tests(session: nox.Session) -> None:
    session.install(*DEPS, "-c", "constraints.txt")
    session.install("-r", "requirements.txt", "-e", ".")
    session.install(f"black=={VERSION}", session.posargs[0])
    session.run("pip", "install", "from-run")
    session.run_install("uv", "sync", "--locked", external=True)
    session.conda_install("numpy=2.1", "-c", "conda-forge")
    session.run("pytest", "pip", "install", "not-this")
    session.install(choose())
