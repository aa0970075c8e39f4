"""``stockade doctor``: finds the ways round the firewall that this machine leaves open."""

from __future__ import annotations

from pathlib import Path

import click

from stockade.cli.options import format_option, offline_option, output_option
from stockade.cli.output import write_report
from stockade.errors import ExitCode
from stockade.model.client import DoctorReport
from stockade.report.safe import visible


@click.command()
@click.option("--firewall", default="", metavar="URL", help="The index address that pip and uv should have.")
@offline_option
@format_option("text", "json")
@output_option
def doctor(*, firewall: str, offline: bool, report_format: str, output: Path | None) -> ExitCode:
    """Find ways round the firewall on this machine.

    Reads what pip and uv are told by variables and files, and asks their indexes whether they are firewalls.
    """
    from stockade.sources.client_facts import client_facts  # noqa: PLC0415 - so that help stays quick
    from stockade.stages.doctor import diagnose  # noqa: PLC0415 - as above

    report = diagnose(client_facts(), firewall=firewall, ask=not offline)
    if report_format == "json":
        from stockade.report.json import json_document  # noqa: PLC0415 - loads the other reports

        write_report(json_document(report), output)
    else:
        write_report(as_text(report), output)
    return ExitCode(report.exit_code)


def as_text(report: DoctorReport) -> str:
    """The report for a person."""
    lines = [f"{tool:<4} asks {visible(address)}" for tool, address in report.index.items()]
    lines += [""] if lines else []
    for each in report.problems:
        lines.append(f"{each.severity.value.upper():<9} {each.kind}: {visible(each.message)}")
        if each.source:
            lines.append(f"          in {visible(each.source)}")
        lines.append(f"          {visible(each.mend)}")
    lines += [f"UNKNOWN   {visible(each)}" for each in report.unknown]
    if not report.problems and not report.unknown:
        lines.append("No way round the firewall was found.")
    return "\n".join(lines) + "\n"
