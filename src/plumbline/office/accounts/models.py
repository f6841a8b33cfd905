"""People who sign in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plumbline.office.accounts.roles import Role, may


class People(BaseUserManager["User"]):
    """Creates people with a hashed password; nothing else does."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        """Save a person; without a password the account can only be entered through single sign-on."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with one role. People are never deleted, because the audit chain names them."""

    class State(models.TextChoices):
        ACTIVE = "active", _("在用")
        DEACTIVATED = "deactivated", _("已停用")

    class PasswordState(models.TextChoices):
        ONE_TIME = "one_time", _("一次性密码，首次登录须修改")
        OWN = "own", _("本人已设定")

    username = models.CharField(
        _("用户名"),
        max_length=64,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        help_text=_("登录时使用，不区分大小写。"),
        error_messages={"unique": _("该用户名已被使用。")},
    )
    full_name = models.CharField(_("姓名"), max_length=64)
    email = models.EmailField(_("电子邮箱"), blank=True, help_text=_("仅在启用统一身份认证时用于匹配账号。"))
    role = models.CharField(_("角色"), max_length=16, choices=Role.choices, default=Role.STAFF)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.ACTIVE)
    password_state = models.CharField(
        _("密码状态"), max_length=16, choices=PasswordState.choices, default=PasswordState.ONE_TIME
    )
    created_at = models.DateTimeField(_("创建时间"), default=timezone.now)
    #: raised by every change of name, role or units; a form that was opened on an older one is told so
    revision = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = People()

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="accounts_username_once",
                violation_error_message=_("该用户名已被使用。"),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def is_active(self) -> bool:
        """What Django asks before it lets a person sign in."""
        return self.state == self.State.ACTIVE

    @property
    def must_change_password(self) -> bool:
        """Whether the password was handed out by somebody else and is still in use."""
        return self.password_state == self.PasswordState.ONE_TIME and self.has_usable_password()

    def get_full_name(self) -> str:
        """The name that third-party parts show."""
        return str(self)

    def may(self, capability: str) -> bool:
        """Whether this person's role allows it; a deactivated person may do nothing."""
        return self.is_active and may(self.role, capability)


class SharedCount(models.Model):
    """A row of Django's database cache: counts that all processes of the office must see.

    How often a second factor was tried, and which codes were used, say. Only the cache reads and writes
    these rows; the columns are those that it expects.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("共用计数")

    def __str__(self) -> str:
        return self.cache_key
