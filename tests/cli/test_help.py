"""Every command explains itself, with its exit codes."""

import pytest
import typer
from typer.testing import CliRunner

from plumbline.kernel.errors import PlumblineError
from plumbline.office import cli


def commands(app: typer.Typer, *path: str):
    """(words, callback) of every command."""
    for command in app.registered_commands:
        name = command.name or command.callback.__name__.replace("_", "-")
        yield (*path, name), command.callback
    for group in app.registered_groups:
        yield from commands(group.typer_instance, *path, group.typer_instance.info.name)


ALL = list(commands(cli.app))


@pytest.mark.parametrize("words", [words for words, _ in ALL], ids=" ".join)
def test_every_command_says_in_chinese_what_it_does(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli.app, [*words, "--help"])
    assert result.exit_code == 0
    assert any("\u4e00" <= letter <= "\u9fff" for letter in result.output)
    if words != ("version",):
        assert "退出码" in result.output


@pytest.mark.parametrize("words", [words for words, _ in ALL], ids=" ".join)
def test_every_option_is_explained(words: tuple[str, ...]) -> None:
    command = typer.main.get_command(cli.app)
    for word in words:
        command = command.commands[word]
    assert [p.name for p in command.params if not getattr(p, "help", "x")] in ([], ["username"])


def test_the_top_lists_every_command() -> None:
    output = CliRunner().invoke(cli.app, ["--help"]).output
    for word in ("up", "plan", "bench", "backup", "restore", "doctor", "audit", "user", "sample", "migrate"):
        assert f"  {word} " in output


def test_without_a_command_it_explains_itself() -> None:
    assert "Commands" in CliRunner().invoke(cli.app, []).output


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PlumblineError("文件坏了"), "文件坏了。"),
        (PlumblineError("文件坏了。", where="a.txt", advice="请换一份"), "a.txt：文件坏了。请换一份。"),
        (PlumblineError("坏\n了", advice="apt-get install x（推荐）"), "坏 了。apt-get install x（推荐）"),
    ],
)
def test_an_error_is_one_line_with_full_stops(error: PlumblineError, said: str) -> None:
    assert cli.sentence(error) == said


def test_an_error_that_nobody_foresaw_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    printed = capsys.readouterr().err
    assert "ZeroDivisionError: inside" in printed
    assert printed.splitlines()[-1].startswith("错误：程序内部出错")
