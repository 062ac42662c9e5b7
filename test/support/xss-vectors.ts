/**
 * Texts that would run, fetch or frame something if any part of the app took them for markup. Each tries to set `window.hit` or to load `trap`; after DOMPurify's own fixtures in spirit
 * (https://github.com/cure53/DOMPurify/tree/main/test/fixtures), in words of our own. Good for messages, names, quotes, reactions, titles, search and exports.
 */

/** Nothing listens there, and nothing may ask. */
export const trap = 'http://127.0.0.1:9/trap';

const run = 'window.hit=1';

const handlers = [
  `<img src="${trap}" onerror="${run}">`,
  `<img src=x onerror=${run}//`,
  `<IMG SRC=x OnErRoR=${run}>`,
  `<img/src=x/onerror=${run}>`,
  `<svg onload="${run}"></svg>`,
  `<svg/onload=${run}>`,
  `<svg><animate onbegin=${run} attributeName=x dur=1s></animate></svg>`,
  `<body onload="${run}" background="${trap}">`,
  `<input autofocus onfocus="${run}">`,
  `<details open ontoggle="${run}"><summary>a</summary></details>`,
  `<video src="${trap}" poster="${trap}" onloadstart="${run}" autoplay></video>`,
  `<audio src="${trap}" onerror="${run}" autoplay></audio>`,
  `<marquee onstart="${run}">a</marquee>`,
  `<div style="animation:a 1s" onanimationstart="${run}">a</div><style>@keyframes a{}</style>`,
  `<button popovertarget=x onclick=${run}>a</button><div id=x popover onbeforetoggle=${run}>b</div>`,
  `<sub/onclick=${run}>`,
];

const scripts = [
  `<script>${run}</script>`,
  `<script src="${trap}"></script>`,
  `<scr<script>ipt>${run}</scr</script>ipt>`,
  `</script><script>${run}</script>`,
  `<svg><script>${run}</script><script href="${trap}"/></svg>`,
  `<iframe src="${trap}" srcdoc="<script>parent.hit=1</script>"></iframe>`,
  `<object data="${trap}"></object><embed src="${trap}">`,
  `<template shadowrootmode=open><img src=x onerror=${run}></template>`,
  `<template><img src="${trap}"></template>`,
  `\${${run}}`,
  `{{constructor.constructor('${run}')()}}`,
];

const addresses = [
  `[a](javascript:${run})`,
  `[a](JaVaScRiPt:${run})`,
  `[a](java\tscript:${run})`,
  `[a](&#106;avascript:${run})`,
  `[a](data:text/html,<script>${run}</script>)`,
  `<a href="javascript:${run}" ping="${trap}">a</a>`,
  `<javascript:${run}>`,
  `<form action="${trap}"><input type="image" src="${trap}"><button formaction="javascript:${run}">a</button></form>`,
  `<base href="${trap}"><meta http-equiv="refresh" content="0;url=${trap}">`,
  `<a href="//127.0.0.1:9/trap">a</a>`,
];

const fetches = [
  `![a](${trap})`,
  `![a][r]\n\n[r]: ${trap}`,
  `<img srcset="${trap} 1x">`,
  `<picture><source srcset="${trap}"><img></picture>`,
  `<b style="background:url(${trap})">a</b>`,
  `<style>@import "${trap}"; * { background: url(${trap}) }</style>`,
  `<link rel="stylesheet" href="${trap}"><link rel="prefetch" href="${trap}"><link rel="dns-prefetch" href="${trap}">`,
  `<svg><image href="${trap}"/><use href="${trap}#a"/><filter><feImage href="${trap}"/></filter></svg>`,
  `<math><mi xlink:href="${trap}">a</mi></math>`,
  `<table background="${trap}"><td background="${trap}">a</td></table>`,
  `<details><summary>a</summary><img src="${trap}"></details>`,
];

/** A parser that reads twice, and differently the second time. */
const mutations = [
  `<noscript><p title="</noscript><img src=${trap} onerror=${run}>"></noscript>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=${trap} onerror=${run}&gt;">`,
  `<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=${run} src=x>">`,
  `<svg></p><style><a id="</style><img src=${trap} onerror=${run}>">`,
  `<b\n><img src=${trap}>`,
  `<b><!-- --><img src=${trap}>`,
  `<<b>img src=${trap}>`,
  `<!--><img src=x onerror=${run}>-->`,
  `<![CDATA[<img src=x onerror=${run}>]]>`,
  `<?xml ?><img src=x onerror=${run}>`,
  `<textarea></textarea><img src=x onerror=${run}></textarea>`,
  `<title></title><img src=x onerror=${run}></title>`,
  `<xmp><p title="</xmp><img src=x onerror=${run}>">`,
  `&lt;img src=x onerror=${run}&gt;`,
];

/** Markdown that breaks out of what it is put into. */
const breakouts = [
  `\`\`\`"><img src=x onerror=${run}>\na\n\`\`\``,
  `\`</code><img src=x onerror=${run}>\``,
  `[a](https://example.org "\\"><img src=${trap} onerror=${run}>")`,
  `![<img src=${trap}>](x"onerror="${run})`,
  `<https://example.org/"><img src=${trap}>`,
  `| a |\n|---|\n| <img src=${trap} onerror=${run}> |`,
  `# <img src=${trap} onerror=${run}>`,
  `[x]: ${trap} "onmouseover=${run}"\n\n[x]`,
  `https://example.org/"onmouseover="${run}`,
];

/** One text for many places at once. */
const polyglots = [
  `javascript:/*--></title></style></textarea></script></xmp><svg/onload='+/"/+/onmouseover=1/+/[*/[]/+${run}//'>`,
  `"'></title><script>${run}</script>-->]]>\`\${${run}}\`<img src=x onerror=${run}>`,
  `';${run}//";${run}//--></SCRIPT>">'><SCRIPT>${run}</SCRIPT>=&{}`,
  `"onmouseover="${run}" style="position:fixed;inset:0" autofocus onfocus="${run}" x="`,
];

export const xssVectors: readonly string[] = [...handlers, ...scripts, ...addresses, ...fetches, ...mutations, ...breakouts, ...polyglots];
