"""A DokuWiki on loopback: each style of addresses, sources, what is not there, what is not shown to all."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from arxiv_server import Handler

PAGE = "====== Grokking ======\n  * [[https://arxiv.org/abs/2201.02177|Power et al 2022 - Grokking]] the first\n"


@dataclass
class Wiki:
    """Answers as DokuWiki does; `login` is the NAME:PASSWORD or the token that it wants, where it wants one."""

    pages: dict[str, str] = field(default_factory=lambda: {"ml:grokking": PAGE})
    login: str = ""
    gives_sources: bool = True
    denies_with: int = 200
    none_with: int = 200
    # Since 2018 it says what it does; templates say so too.
    says: str = '{{"id":{page},"namespace":"","ACT":"{doing}"}};(function(H){{}})(document.documentElement);'

    def __call__(self, handler: Handler) -> None:
        query = handler.asked.parameters
        path = unquote(urlsplit(handler.path).path)
        page = query.get("id") or path.partition("/doku.php")[2] or path.removeprefix("/doku.php")
        page = page.strip("/").replace("/", ":") or "start"
        text = self.pages.get(page, "")
        if self.login and not self._knows(handler.asked.headers):
            handler.reply(self.html(page, "denied", '<input type="password" name="p">'), self.denies_with, "text/html")
        elif query.get("do") == "export_raw" and text and self.gives_sources:
            handler.reply(text, kind="text/plain; charset=utf-8")
        else:
            body = "<p>text</p>" if text else "<h1>This topic does not exist yet</h1>"
            handler.reply(self.html(page, "show", body, bool(text)), 200 if text else self.none_with, "text/html")

    def _knows(self, headers: dict[str, str]) -> bool:
        if ":" in self.login:
            return headers.get("authorization") == f"Basic {b64encode(self.login.encode()).decode()}"
        return headers.get("x-dokuwiki-token") == self.login

    def html(self, page: str, doing: str, body: str, exists: bool = True) -> str:
        """A page as its template has it."""
        classes = f"dokuwiki mode_{doing} tpl_dokuwiki {'' if exists else 'notFound'}"
        said = self.says.format(page=json.dumps(page), doing=doing)
        return (
            f'<!DOCTYPE html>\n<html lang="en" dir="ltr" class="no-js">\n<head>\n<title>{page} [Wiki]</title>\n'
            '<meta name="generator" content="DokuWiki"/>\n'
            f"<script >var NS='';var JSINFO = {said}</script>\n</head>\n<body id=\"dokuwiki__top\">"
            f'<div class="{classes}">{body}</div></body></html>\n'
        )
