"""`gencli` and `python -m gencli`: the process, from its start to its exit code."""

# Nothing is loaded here that Python has not loaded by itself: Ctrl-C while modules are loaded is told below.
import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


def run() -> "NoReturn":
    """Run the command line and leave the process with its exit code.

    A command is short and keeps what it loads, so the garbage collector only costs: passes while modules
    are loaded, and a last one at the end, are a fifth of an empty Typer program's time.
    """
    gc.set_threshold(50_000)
    sys.excepthook = _told
    sys.unraisablehook = _raised_again
    try:
        from gencli.cli.app import execute, flush

        code = flush(execute(sys.argv[1:]))
        gc.freeze()
    except BaseException as error:
        if not _is_interruption(error):
            raise
        code = _interrupted()
    _end_at_ctrl_c()
    if code == 130:
        _end_interrupted()
    sys.exit(code)


def _end_interrupted() -> "NoReturn":
    """End with 130; Python would end by the signal where it came inside an `eval`, as that of a named tuple."""
    import atexit

    atexit._run_exitfuncs()
    os._exit(130)


def _interrupted() -> int:
    _end_at_ctrl_c()
    try:  # noqa: SIM105 (contextlib may not be loaded)
        print("gencli: interrupted", file=sys.stderr)
    except (OSError, AttributeError, RuntimeError):
        pass
    return 130


def _end_at_ctrl_c() -> None:
    """From here on there is nothing to take back, so that Ctrl-C may end the process at once."""
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))


def _is_interruption(error: BaseException | None) -> bool:
    """Whether an error is Ctrl-C, or came of it: Python makes others of what is raised while a class is made."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _told(kind: type[BaseException], error: BaseException, trace: "Any") -> None:
    if _is_interruption(error):
        _interrupted()
        _end_interrupted()
    sys.__excepthook__(kind, error, trace)


def _raised_again(ignored: "Any") -> None:
    """Ctrl-C where nothing can be raised, as while an object goes, is raised where that can be."""
    if _is_interruption(ignored.exc_value):
        import _thread

        # By another thread, which has its turn when this is over: here it could not be raised either.
        _thread.start_new_thread(_thread.interrupt_main, ())
    else:
        sys.__unraisablehook__(ignored)


if __name__ == "__main__":
    run()
