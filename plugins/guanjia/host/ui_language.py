"""The first language and time zone of Airflow's UI: Chinese and Shanghai, whatever the browser says.

Airflow's pages take both from the browser's local storage and, while there is nothing, from the browser itself. There
is no setting for the first visit, so the page itself gets a line that fills that storage once; what a person chooses
afterwards stays. The login page knows only English: its few sentences are replaced while Chinese is the language.
Registered as a root middleware of our plugin.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCALES = {"zh": "zh-CN", "en": "en"}

LOGIN_PAGE = {
    "Sign into Airflow": "登录管家",
    "Enter your username and password below:": "请输入用户名和密码：",
    "Username": "用户名",
    "Password": "密码",
    "Sign in": "登录",
    "Invalid credentials": "用户名或密码不正确",
    "Simple auth manager enabled": "首次体验用的登录方式",
    "The Simple auth manager is intended for development and testing. If you're using it in production, ensure that "
    "access is controlled through other means. Please read": "此方式仅供试用和本机使用，正式使用请改用完整的用户管理：",
    "the documentation": "说明文档",
    "to learn more about simple auth manager.": "。",
}
"""Sentences of SimpleAuthManager's login page."""

_FIRST_VISIT = """\
var s=localStorage;
if(s.getItem('guanjia.language')!==%(locale)s){
s.setItem('guanjia.language',%(locale)s);s.setItem('i18nextLng',%(locale)s);s.setItem('timezone','"Asia/Shanghai"')}
"""
_LOGIN = """\
if(location.pathname.indexOf('/auth/login')>=0&&(s.getItem('i18nextLng')||'').indexOf('zh')===0){
var words=%(words)s;
new MutationObserver(function(){
var w=document.createTreeWalker(document.body,NodeFilter.SHOW_TEXT),n;
while(n=w.nextNode()){var t=words[n.nodeValue.trim()];if(t)n.nodeValue=t}
}).observe(document.documentElement,{childList:true,subtree:true,characterData:true})}
"""


def _script(language: str) -> bytes:
    code = (_FIRST_VISIT + _LOGIN) % {
        "locale": json.dumps(LOCALES[language]),
        "words": json.dumps(LOGIN_PAGE, ensure_ascii=False),
    }
    return f"<script>try{{{code}}}catch(e){{}}</script>".encode()


class FirstLanguage:
    """Puts the script into Airflow's pages; everything else passes through untouched.

    Args:
        app: the next application.
        language: ``zh`` or ``en``.
    """

    def __init__(self, app: ASGIApp, language: str = "zh") -> None:
        self.app = app
        self.script = _script(language)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request (ASGI)."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _wants_page(scope):
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, self._with_script(send))

    def _with_script(self, send: Send) -> Send:
        start: dict[str, Any] = {}
        body = bytearray()

        async def send_changed(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                start.update(message)
            elif not start:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    page = bytes(body).replace(b"<head>", b"<head>" + self.script, 1)
                    headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
                    await send(start | {"headers": [*headers, (b"content-length", str(len(page)).encode())]})
                    await send({"type": "http.response.body", "body": page})

        return send_changed


def _wants_page(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _is_page(message: Message) -> bool:
    """Whether the answer is one of Airflow's pages; ours say themselves which scripts may run in them."""
    headers = dict(message["headers"])
    return headers.get(b"content-type", b"").startswith(b"text/html") and b"content-security-policy" not in headers


def middleware(language: str) -> dict[str, Any]:
    """The entry for ``fastapi_root_middlewares`` of the plugin."""
    return {"name": "first language", "middleware": FirstLanguage, "kwargs": {"language": language}}
