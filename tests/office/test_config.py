"""What the environment may say, and what is refused."""

import stat
from pathlib import Path

import pytest

from plumbline.office import config


def load(tmp_path: Path, **env: str) -> config.Config:
    return config.load({"PLUMBLINE_DATA": str(tmp_path / "data"), **env})


def test_an_ordinary_installation_sets_nothing(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert loaded.data == tmp_path / "data"
    assert loaded.database_url == ""
    assert loaded.hosts == ("localhost", "127.0.0.1", "[::1]")
    assert not loaded.debug
    assert loaded.oidc is None


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = load(tmp_path).secret_key
    path = tmp_path / "data" / "secret.key"
    assert len(first) > 80
    assert load(tmp_path).secret_key == first == path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["sealing.key", "secret.key"]


def test_a_data_folder_that_knows_no_links_gets_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_paths: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(config.os, "link", refuse)
    assert load(tmp_path).secret_key == load(tmp_path).secret_key
    assert sorted(entry.name for entry in (tmp_path / "data").iterdir()) == ["sealing.key", "secret.key"]


def test_an_emptied_key_file_is_reported_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret.key").write_text("")
    with pytest.raises(config.ConfigError, match="密钥文件"):
        load(tmp_path)
    assert (tmp_path / "data" / "secret.key").read_text() == ""


def test_the_sealing_key_is_made_once_and_a_damaged_one_is_never_replaced(tmp_path: Path) -> None:
    first = load(tmp_path).sealing_key
    path = tmp_path / "data" / "sealing.key"
    assert len(first) == 16
    assert load(tmp_path).sealing_key == first == bytes.fromhex(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("12")
    with pytest.raises(config.ConfigError, match="加密密钥"):
        load(tmp_path)
    assert path.read_text() == "12"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLUMBLINE_DEBUG", "maybe"),
        ("PLUMBLINE_UPLOAD_MB", "0"),
        ("PLUMBLINE_UPLOAD_MB", "many"),
        ("PLUMBLINE_OIDC_ISSUER", "http://id.example.cn"),
    ],
)
def test_an_unusable_value_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(config.ConfigError) as caught:
        load(tmp_path, **{name: value})
    assert name in caught.value.where
    assert caught.value.advice


def test_single_sign_on_needs_all_of_its_parts(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError, match="客户端标识"):
        load(tmp_path, PLUMBLINE_OIDC_ISSUER="https://id.example.cn")
    oidc = load(
        tmp_path,
        PLUMBLINE_OIDC_ISSUER="https://id.example.cn/",
        PLUMBLINE_OIDC_CLIENT_ID="plumbline",
        PLUMBLINE_OIDC_CLIENT_SECRET="s",
    ).oidc
    assert oidc == config.Oidc("https://id.example.cn", "plumbline", "s", "统一身份认证")


def test_hosts_become_origins_of_the_right_scheme(tmp_path: Path) -> None:
    loaded = load(tmp_path, PLUMBLINE_HOSTS="wx.example.cn, 10.1.2.3", PLUMBLINE_HTTPS="1")
    assert loaded.hosts == ("wx.example.cn", "10.1.2.3")
    assert loaded.origins == ("https://wx.example.cn", "https://10.1.2.3")


def test_a_data_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the way")
    with pytest.raises(config.ConfigError, match="不能创建数据目录"):
        load(tmp_path)
