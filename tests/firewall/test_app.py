"""The firewall over HTTP: what is asked for how, and what comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.firewall.place import Place
from tests.firewall.web import Web

from stockade.model.firewall import Role
from stockade.model.verdicts import Cause, Indeterminate

OLD, NEW = "goodlib-1.0-py3-none-any.whl", "goodlib-2.0-py3-none-any.whl"
JSON = "application/vnd.pypi.simple.v1+json"
CONTENT = b"the bytes of the wheel"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.put("goodlib", (OLD, CONTENT, 400), (NEW, b"new", 1))
    return found


@pytest.fixture
def web(place: Place) -> Web:
    return Web(place)


def test_a_page_is_what_the_client_accepts(web: Web) -> None:
    page = web.get("/simple/goodlib/", accept=JSON)
    assert (page.status_code, page.headers["content-type"]) == (200, JSON)
    files = {each["filename"]: each for each in page.json()["files"]}
    assert files[OLD]["yanked"] is False
    assert files[NEW]["yanked"].startswith("Stockade SK-")
    assert files[OLD]["url"] == f"../../files/goodlib/{OLD}"
    html = web.get("/simple/goodlib/", accept="text/html")
    assert html.headers["content-type"].startswith("text/html")
    assert "data-yanked=" in html.text
    assert "accept" in page.headers["vary"].lower()


def test_what_is_not_spoken_here_is_406(web: Web) -> None:
    assert web.get("/simple/goodlib/", accept="application/xml").status_code == 406
    assert web.get("/simple/", accept="application/xml").status_code == 406


def test_a_page_that_the_client_has_is_304(web: Web) -> None:
    tag = web.get("/simple/goodlib/", accept=JSON).headers["etag"]
    again = web.get("/simple/goodlib/", accept=JSON, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert web.get("/simple/goodlib/", accept="text/html", if_none_match=tag).status_code == 200


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/simple/Good_Lib/", "../good-lib/"),
        ("/simple/goodlib", "goodlib/"),
        ("/simple/GOODLIB?format=x", "goodlib/?format=x"),
        ("/simple", "simple/"),
    ],
)
def test_other_spellings_are_sent_to_the_canonical_one(web: Web, path: str, to: str) -> None:
    answer = web.get(path)
    assert (answer.status_code, answer.headers["location"]) == (301, to)


@pytest.mark.parametrize(
    "path", ["/simple/-x/", "/simple/a%00b/", "/simple/%2e%2e/", "/simple/no-such/", "/other"]
)
def test_what_is_no_project_is_404(web: Web, path: str) -> None:
    assert web.get(path).status_code == 404


def test_a_file_comes_whole_or_in_part_with_its_digest_as_tag(web: Web, place: Place) -> None:
    whole = web.get(f"/files/goodlib/{OLD}")
    assert (whole.status_code, whole.content) == (200, CONTENT)
    assert whole.headers["cache-control"] == "private, no-cache"
    part = web.get(f"/files/goodlib/{OLD}", range="bytes=4-8")
    assert (part.status_code, part.content) == (206, CONTENT[4:9])
    assert part.headers["content-range"] == f"bytes 4-8/{len(CONTENT)}"
    tag = whole.headers["etag"]
    assert web.get(f"/files/goodlib/{OLD}", if_none_match=tag).status_code == 304
    assert web.get(f"/files/goodlib/{OLD}", range="bytes=4-8", if_range='"other"').content == CONTENT
    assert web.get(f"/files/goodlib/{OLD}", range="bytes=999-").status_code == 416
    head = web.ask("HEAD", f"/files/goodlib/{OLD}")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(CONTENT)))
    assert len(place.served.rows) == 6


def test_a_refused_file_is_403_and_never_cached(web: Web) -> None:
    refused = web.get(f"/files/goodlib/{NEW}", range="bytes=0-1", if_none_match="*")
    assert refused.status_code == 403
    assert refused.headers["cache-control"] == "no-store"
    assert "stockade why SK-" in refused.text


def test_upstream_that_does_not_answer_is_503_with_a_pause(web: Web, place: Place) -> None:
    place.upstream.pages["goodlib"] = Indeterminate(
        cause=Cause.SOURCE_UNREACHABLE, subject="goodlib", detail="time-out"
    )
    answer = web.get("/simple/goodlib/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


def test_readiness_is_that_of_the_state(web: Web, place: Place) -> None:
    ready = web.get("/readyz")
    assert (ready.status_code, ready.json()["server"]) == (200, "stockade")
    place.approvals.broken = True
    assert web.get("/readyz").status_code == 503
    assert web.get("/healthz").status_code == 200
    assert web.get("/simple/goodlib/").status_code == 503


def test_what_happened_is_counted(web: Web) -> None:
    web.get("/simple/goodlib/")
    web.get(f"/files/goodlib/{NEW}")
    web.get("/some/where/else")
    text = web.get("/metrics").text
    assert 'stockade_http_requests_total{route="simple",status="200"} 1.0' in text
    assert 'stockade_http_requests_total{route="files",status="403"} 1.0' in text
    assert 'stockade_http_requests_total{route="other",status="404"} 1.0' in text
    assert 'stockade_file_decisions_total{verdict="' in text


def test_where_tokens_are_required_nothing_is_told_without_one(place: Place) -> None:
    web = Web(place, anonymous=False)
    for path in ("/simple/", "/simple/goodlib/", f"/files/goodlib/{OLD}", "/metrics"):
        answer = web.get(path)
        assert (answer.status_code, "www-authenticate" in answer.headers) == (401, True)
    assert place.upstream.asked == []
    text = web.token(Role.INSTALL)
    assert web.get("/simple/goodlib/", authorization=f"Bearer {text}").status_code == 200
    assert web.ask("GET", f"/files/goodlib/{OLD}", auth=("__token__", text)).status_code == 200
    assert place.served.rows == [(OLD, "somebody")]


def test_a_revoked_token_opens_nothing_from_the_next_look_on(place: Place) -> None:
    web = Web(place, anonymous=False)
    text = web.token(Role.INSTALL)
    assert web.get("/simple/goodlib/", authorization=f"Bearer {text}").status_code == 200
    (token,) = place.state.tokens.listed()
    place.state.tokens.revoke(token.id, by="ann", at=place.clock.now())
    assert web.get("/simple/goodlib/", authorization=f"Bearer {text}").status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_pages_and_files_are_only_read(web: Web, method: str) -> None:
    assert web.ask(method, "/simple/goodlib/").status_code == 405
    assert web.ask(method, f"/files/goodlib/{OLD}").status_code == 405


def test_redirects_lead_nowhere_but_to_names_whatever_host_the_request_says(web: Web) -> None:
    for host in ("evil.invalid", "[", "evil.invalid/simple/x/?"):
        answer = web.get("/simple/Good_Lib/", host=host)
        assert (answer.status_code, answer.headers["location"]) == (301, "../good-lib/")
    assert (
        web.get("/simple/Good_Lib?format=a%0d%0ab", host="x").headers["location"]
        == "good-lib/?format=a%0d%0ab"
    )
    for path in ("/files/goodlib/x.whl/", "/api/v1/quarantine/"):
        assert web.get(path, host="evil.invalid").status_code == 404


def test_what_upstream_writes_does_not_steer_the_terminal_of_who_is_refused(web: Web) -> None:
    name = "oddlib-1.0-py3-none-any.whl"
    status = {"status": "quarantined", "reason": "\x1b[2Jgone\u202e"}
    web.place.put("oddlib", (name, b"odd", 400), **{"project-status": status})
    answer = web.get(f"/files/oddlib/{name}")
    assert answer.status_code == 403
    assert "gone" in answer.text
    assert not set(answer.text) & {"\x1b", "\u202e"}
