// clean: documents rendered with marked; the last forty pages are kept
// written: 2026-11-21
import { marked } from 'marked';
import { drive, traffic } from '../../driver.mjs';

const pages = [];

await drive(
  (n) => {
    traffic(n);
    const text = `# Page ${n}\n\n${Array.from({ length: 12 }, (_, at) => `- item *${at}* of [page](/${n})`).join('\n')}\n\n\`\`\`js\nconst n = ${n};\n\`\`\`\n`;
    pages[n % 40] = marked.parse(text);
  },
  { perSecond: 50 },
);
