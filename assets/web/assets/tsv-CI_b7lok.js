function e(e){let t=[[]],n=``,r=!1,i=()=>{t.at(-1).push(n),n=``};for(let a=0;a<e.length;a++){let o=e[a];r?o===`"`&&e[a+1]===`"`?n+=e[++a]:o===`"`?r=!1:n+=o:o===`"`&&n===``?r=!0:o===`	`?i():o===`
`||o===`\r`?(o===`\r`&&e[a+1]===`
`&&a++,i(),t.push([])):n+=o}return i(),t.length>1&&t.at(-1).every(e=>e===``)&&t.pop(),t}function t(e){return/[\t\n\r]/.test(e.replace(/[\r\n]+$/,``))}export{e as n,t};