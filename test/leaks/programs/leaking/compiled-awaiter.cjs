// leaking: compiled from TypeScript for an old target: a service keeps each invoice it has rendered
// right: render, InvoiceService, totals
// rate: 210
// written: 2026-11-21
'use strict';
var __awaiter =
  (this && this.__awaiter) ||
  function (thisArg, _arguments, P, generator) {
    return new (P || (P = Promise))(function (resolve, reject) {
      function fulfilled(value) {
        try {
          step(generator.next(value));
        } catch (e) {
          reject(e);
        }
      }
      function rejected(value) {
        try {
          step(generator['throw'](value));
        } catch (e) {
          reject(e);
        }
      }
      function step(result) {
        result.done ? resolve(result.value) : Promise.resolve(result.value).then(fulfilled, rejected);
      }
      step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
  };
Object.defineProperty(exports, '__esModule', { value: true });
exports.InvoiceService = void 0;
var InvoiceService = /** @class */ (function () {
  function InvoiceService() {
    this.rendered = [];
  }
  InvoiceService.prototype.totals = function (id) {
    return __awaiter(this, void 0, void 0, function* () {
      yield null;
      return Array.from({ length: 20 }, function (_, line) {
        return { line: line, net: line * id, tax: 0.19 };
      });
    });
  };
  InvoiceService.prototype.render = function (id) {
    return __awaiter(this, void 0, void 0, function* () {
      var lines = yield this.totals(id);
      var invoice = { id: id, lines: lines, title: 'Invoice '.concat(id) };
      this.rendered.push(invoice);
      return invoice;
    });
  };
  return InvoiceService;
})();
exports.InvoiceService = InvoiceService;

var service = new InvoiceService();
import('../../driver.mjs').then(function (driver) {
  return driver.drive(
    function (n) {
      driver.traffic(n);
      return service.render(n);
    },
    { perSecond: 130 },
  );
});
