"""The first language of Airflow's UI: Chinese, whatever the browser says; a person's own choice stays.

Airflow's pages take their language from the browser's local storage and, if there is nothing yet, from the browser's
own language. There is no setting for the first visit, so the page itself gets one line that fills that storage once.
Registered as a root middleware of our plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCALES = {"zh": "zh-CN", "en": "en"}

SCRIPT = (
    "<script>try{{var s=localStorage,k='guanjia.language';"
    "if(s.getItem(k)!=='{locale}'){{s.setItem(k,'{locale}');s.setItem('i18nextLng','{locale}')}}}}catch(e){{}}</script>"
)
"""Once per browser and per change of the house's language: what a person chooses afterwards is not touched."""


class FirstLanguage:
    """Puts the script into Airflow's page; everything else passes through untouched.

    Args:
        app: the next application.
        language: ``zh`` or ``en``.
    """

    def __init__(self, app: ASGIApp, language: str = "zh") -> None:
        self.app = app
        self.script = SCRIPT.format(locale=LOCALES[language]).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request (ASGI)."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _wants_page(scope):
            await self.app(scope, receive, send)
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app(scope, receive, self._with_script(send))

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
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"])


def middleware(language: str) -> dict[str, Any]:
    """The entry for ``fastapi_root_middlewares`` of the plugin."""
    return {"name": "first language", "middleware": FirstLanguage, "kwargs": {"language": language}}
