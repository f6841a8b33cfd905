"""What the installation may decide, read once from the environment into one typed value.

Everything has a default that is right for five people on one offline machine, so an ordinary
installation sets nothing at all. The variables are listed in docs/operations.md.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plumbline.kernel.errors import PlumblineError

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[2]
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"", "0", "false", "no", "off"})


class ConfigError(PlumblineError):
    """A setting of the installation is not what it must be."""


@dataclass(frozen=True, slots=True)
class Oidc:
    """The identity service that people may sign in with, beside their password.

    Attributes:
        issuer: https address that serves /.well-known/openid-configuration.
        name: what the sign-in button calls it.
    """

    issuer: str
    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True, slots=True)
class Config:
    """The installation's decisions.

    Attributes:
        data: folder of the database, the uploads, the logs and the secret key.
        database_url: "" for SQLite in the data folder, else postgresql://….
        sealing_key: 16 bytes that contact data is encrypted with; in the file sealing.key of the data folder.
        hosts: names that browsers may call this server by.
        https: a proxy in front of it speaks TLS (cookies are then marked secure).
        proxies: addresses whose X-Forwarded-… headers are believed; none without `https`.
        upload_limit: largest file that is accepted, in bytes.
    """

    data: Path
    database_url: str
    secret_key: str
    sealing_key: bytes
    debug: bool
    hosts: tuple[str, ...]
    https: bool
    proxies: tuple[str, ...]
    origins: tuple[str, ...]
    upload_limit: int
    oidc: Oidc | None

    @property
    def sqlite_path(self) -> Path:
        return self.data / "plumbline.sqlite3"

    @property
    def media(self) -> Path:
        return self.data / "files"

    @property
    def static(self) -> Path:
        return self.data / "static"

    @property
    def logs(self) -> Path:
        return self.data / "logs"


def default_data(*, home: Path | None = None) -> Path:
    """`data/` of the checkout, or the platform's folder for application data."""
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / "data"
    home = home or Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Plumbline"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Plumbline"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "plumbline"


def data_folder(env: Mapping[str, str] = os.environ) -> Path:
    """The data folder that the environment names; nothing is created."""
    named = env.get("PLUMBLINE_DATA", "").strip()
    return Path(named).expanduser().resolve() if named else default_data()


def load(env: Mapping[str, str] = os.environ) -> Config:
    """Read the environment; create the data folder and the secret key where they are absent.

    Raises:
        ConfigError: a value is not usable, or the data folder cannot be written.
    """
    data = data_folder(env)
    hosts = _words(env.get("PLUMBLINE_HOSTS", "")) or ("localhost", "127.0.0.1", "[::1]")
    https = _flag(env, "PLUMBLINE_HTTPS")
    scheme = "https" if https else "http"
    return Config(
        data=_create(data),
        database_url=env.get("DATABASE_URL", "").strip(),
        secret_key=env.get("PLUMBLINE_SECRET_KEY", "").strip() or _secret_key(data / "secret.key"),
        sealing_key=_sealing_key(data / "sealing.key"),
        debug=_flag(env, "PLUMBLINE_DEBUG"),
        hosts=hosts,
        https=https,
        proxies=(_words(env.get("PLUMBLINE_PROXIES", "")) or ("127.0.0.1",)) if https else (),
        origins=tuple(f"{scheme}://{host}" for host in hosts if host != "*"),
        upload_limit=_number(env, "PLUMBLINE_UPLOAD_MB", default=50, low=1, high=2048) * 1024 * 1024,
        oidc=_oidc(env),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(",", " ").split() if word)


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ConfigError(f"“{value}”不是开关值", where=f"环境变量 {name}", advice="请填 1（开）或 0（关）。")


def _number(env: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    value = env.get(name, "").strip()
    if not value:
        return default
    if not value.isdecimal() or not low <= int(value) <= high:
        raise ConfigError(
            f"“{value}”不可用", where=f"环境变量 {name}", advice=f"请填 {low} 到 {high} 的整数。"
        )
    return int(value)


def _oidc(env: Mapping[str, str]) -> Oidc | None:
    issuer = env.get("PLUMBLINE_OIDC_ISSUER", "").strip().rstrip("/")
    if not issuer:
        return None
    if not issuer.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise ConfigError(
            f"“{issuer}”不是安全地址",
            where="环境变量 PLUMBLINE_OIDC_ISSUER",
            advice="请填以 https:// 开头的地址。",
        )
    client = env.get("PLUMBLINE_OIDC_CLIENT_ID", "").strip()
    secret = env.get("PLUMBLINE_OIDC_CLIENT_SECRET", "").strip()
    if not client or not secret:
        raise ConfigError(
            "启用了统一身份认证，但没有客户端标识或密钥",
            where="环境变量 PLUMBLINE_OIDC_CLIENT_ID、PLUMBLINE_OIDC_CLIENT_SECRET",
            advice="请向统一身份认证的管理员索取后填入。",
        )
    return Oidc(issuer, client, secret, env.get("PLUMBLINE_OIDC_NAME", "").strip() or "统一身份认证")


def _create(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(
            "不能创建数据目录",
            where=str(folder),
            advice="请给当前用户该目录的写权限，或用环境变量 PLUMBLINE_DATA 指定另一个目录。",
        ) from error
    return folder


def _secret_key(path: Path) -> str:
    """The key in the file, made at first use and readable by its owner alone.

    Written beside it and linked into place, so that of two processes that start at once one wins
    and the other never reads half a key.
    """
    if not path.exists():
        _write_key(path, secrets.token_urlsafe(64))
    return _read_key(path)


def _write_key(path: Path, key: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(key)
        _settle(draft, path)
    except OSError as error:
        raise ConfigError("不能写入密钥文件", where=str(path), advice="请检查数据目录的写权限。") from error


def _settle(draft: Path, path: Path) -> None:
    """Give the draft its name unless another process was first; some file systems know no links."""
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:
        if not path.exists():
            draft.rename(path)
    draft.unlink(missing_ok=True)


def _read_key(path: Path) -> str:
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 50:
        raise ConfigError(
            "密钥文件是空的或不完整",
            where=str(path),
            advice="请从备份恢复该文件；没有备份时可删除它，之后所有人需要重新登录。",
        )
    return key


def _sealing_key(path: Path) -> bytes:
    """The SM4 key of contact data, made at first use, 32 hexadecimal digits in a file of its own: the
    secret key may be replaced without loss, this one may not."""
    if not path.exists():
        _write_key(path, secrets.token_hex(16))
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != 16:
        raise ConfigError(
            "联系方式的加密密钥文件不完整",
            where=str(path),
            advice="请从备份恢复该文件；没有它，已登记的联系方式无法解开。",
        )
    return key
