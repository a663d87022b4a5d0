// leaking: a minified bundle with a source map: orders are remembered for ever
// right: makeOrder, remember
// source: bundled/history.mjs, bundled/orders.mjs, bundled/service.mjs
// rate: 200
// written: 2026-11-21
import{drive as e,traffic as t}from"../../driver.mjs";const n=[];function r(e){n.push({order:e,at:Date.now()})}function i(e){return{n:e,customer:{id:e*7,name:`customer ${e}`},lines:Array.from({length:14},(t,n)=>({line:n,sku:n*e}))}}await e(e=>{t(e),r(i(e))});
//# sourceMappingURL=bundled-service.mjs.map
