import asyncio


class TaskPool:
    def __init__(self, limit=10):
        self._semaphore = asyncio.Semaphore(limit)
        self._tasks = set()

    async def _wrap(self, coro):
        async with self._semaphore:
            return await coro

    def spawn(self, coro):
        task = asyncio.ensure_future(self._wrap(coro))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def join(self):
        await asyncio.gather(*self._tasks)
