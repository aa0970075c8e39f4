from pynput import keyboard

def on_hotkey(combination, action):
    """Call an action whenever the combination is pressed."""
    with keyboard.GlobalHotKeys({combination: action}) as listener:
        listener.join()
