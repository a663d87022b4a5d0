// For jest: the handles of programs/handles.cjs, opened by a test.
test('opens an interval, a server and a file', async () => {
  require('./programs/handles.cjs');
  await new Promise((resolve) => setTimeout(resolve, 200));
});
