"""The command line: arguments, messages, exit codes. Everything it does can be imported."""

import shlex
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from salesnb import __version__
from salesnb.errors import SalesnbError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Sales analysis workbook: what conversion is, who has it, what it is associated with.",
)
NEXT = """\
Next: open it with `make lab`; the first cells say what to change.
Every run executes it from now on, for each channel, and adds it to each page.
`make accept` keeps its outputs in the file. To take it out of the run, delete it."""
ParamsOption = Annotated[str, typer.Option("--params", help="params file of the company")]


def say(text: str) -> None:
    typer.echo(text)


def called() -> str:
    """The command as the user wrote it: a next step that is shown can be copied.

    >>> called() != ""
    True
    """
    name = Path(sys.argv[0]).name
    return "python -m salesnb" if name in ("__main__.py", "-m") else shlex.quote(sys.argv[0])


@app.callback(invoke_without_command=True)
def _top(
    version: Annotated[bool, typer.Option("--version", help="print the version")] = False,
) -> None:
    if version:
        say(__version__)
        raise typer.Exit()


@app.command()
def run(
    params: ParamsOption = "params/sample.yaml",
    month: Annotated[
        str, typer.Option(help="month to report, YYYY-MM; default: the last complete one")
    ] = "",
    channel: Annotated[
        list[str] | None,
        typer.Option(help="sales channel, may be repeated; default: all and the department"),
    ] = None,
    out: Annotated[str, typer.Option(help="folder of the reports")] = "reports",
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="notebooks at a time; default: one more than processors"),
    ] = None,
    language: Annotated[str, typer.Option(help="en or ru; default: as in the params")] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", help="month to date, up to this day, YYYY-MM-DD")
    ] = "",
    pdf: Annotated[
        bool, typer.Option("--pdf", help="print each page to PDF, where Chromium is")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="run again although nothing changed")
    ] = False,
    cell_seconds: Annotated[
        int,
        typer.Option(
            "--cell-seconds", min=1, help="longest time that one step of a notebook may take"
        ),
    ] = 900,
    runner: Annotated[
        str,
        typer.Option(
            help="how kernels are started: fork (imports are paid once; the default on Linux) or "
            "papermill (each by itself)"
        ),
    ] = "",
) -> None:
    """Make the reports of a month, one page per channel."""
    from rich.progress import Progress

    from salesnb.report.run import run as make

    call = (params, month, channel or [], out, jobs, language, as_of, pdf, force)
    if sys.stdout.isatty():
        with Progress(transient=True) as bar:
            task = bar.add_task("channels", total=None)
            result = make(
                *call,
                cell_seconds=cell_seconds,
                runner=runner,
                tell=lambda text: bar.console.print(text, markup=False, highlight=False),
                advance=lambda done, of: bar.update(task, completed=done, total=of),
            )
    else:
        say("reading …")
        result = make(*call, tell=say, cell_seconds=cell_seconds, runner=runner)
    for note in result.notes:
        say(note)
    made, partial = len(result.seconds) + len(result.skipped), len(result.partial)
    part = f", {partial} of them with a section missing" if partial else ""
    say(f"{made} report{'s' if made != 1 else ''}{part}, {len(result.failures) - partial} failed")
    say(str(result.index))
    raise typer.Exit(result.exit_code)


@app.command()
def check(
    params: ParamsOption = "params/sample.yaml",
    ledger: Annotated[
        str, typer.Option(help="write every row that was mended, merged or set aside into this CSV")
    ] = "",
) -> None:
    """Read the data only: what was read, mended, set aside and why."""
    from salesnb.report.check import check_lines, next_step, write_ledger

    for line in check_lines(params):
        say(line)
    if ledger:
        say(f"ledger: {write_ledger(params, Path(ledger))}")
    if arguments := next_step(params):
        say(f"\nNext: {called()} run {arguments}")


@app.command()
def init(
    export: Annotated[
        list[str],
        typer.Argument(
            help="files, globs, a folder, a zip, a workbook, env:NAME of a database address"
        ),
    ],
    out: Annotated[str, typer.Option(help="params file to write")] = "params/company.yaml",
    yes: Annotated[bool, typer.Option("--yes", help="ask nothing: take the likeliest")] = False,
) -> None:
    """Recognise what was exported and write a params file that runs as it is."""
    from salesnb.source.recognise import init as make

    asking = sys.stdin.isatty() and sys.stdout.isatty() and not yes
    for line in make(export, Path(out), called(), _ask if asking else None):
        say(line)


def _ask(question: str, options: list[str], default: int) -> int:
    """The number of the answer that was chosen on the terminal."""
    say(question)
    for number, option in enumerate(options, start=1):
        say(f"  {number}  {option}")
    return (
        typer.prompt(
            "answer", default=default + 1, value_proc=lambda text: _number(text, len(options))
        )
        - 1
    )


def _number(text: object, most: int) -> int:
    """What was typed, a number from 1 to `most`; anything else is asked again."""
    if str(text).strip() not in map(str, range(1, most + 1)):
        raise typer.BadParameter(f"{text!r} is no number from 1 to {most}.")
    return int(str(text))


@app.command("new-notebook")
def new_notebook(name: Annotated[str, typer.Argument(help="topic, such as discounts")]) -> None:
    """Copy a starter notebook that passes the rules of the monthly run."""
    from salesnb.report.starter import new_notebook as make

    say(f"made {make(name, Path('notebooks'))}")
    say(NEXT)


def main() -> None:
    """Run the command; a user's mistake is one message and exit code 2."""
    # ends as by Ctrl-C: no kernel is left behind
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, signal.default_int_handler)  # the terminal was closed
    try:
        app()
    except SalesnbError as error:
        typer.echo(str(error), err=True)
        sys.exit(getattr(error, "exit_code", 2))
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
        sys.exit(130)
