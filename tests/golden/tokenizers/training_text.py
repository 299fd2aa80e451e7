"""A little text to train the small tokenizers on, written for Bitsmith."""

TEXT = """
The smith weighs every bit before the hammer falls. A heavy weight keeps eight of them, a light one keeps two,
and the smith writes down how much was lost. It's slow work, but it isn't hard; they've done it for years.
When the metal cools, the shop is quiet. Someone counts the groups: 32, 64, 128 and 256. Someone else asks why the
third layer is worse than the fourth. "Because its columns are not alike," says the smith, "and we'd forgotten to look."
Every group has a scale and a zero point. Every scale is rounded once more. The error is measured on text that the
model has never seen, and then it is measured again, because the first number was too good to be true.
In winter the river freezes and the mill stops. The miller's daughter reads aloud from a book about numbers: one third
is not a fraction of ten, one tenth is not a fraction of two, and nothing at all is exactly the square root of anything.
They'll come back in spring, won't they? I'm sure they will. You're right; I'll wait, he'd say, and we're waiting still.
for (int i = 0; i < groups; ++i) {
    const float scale = (high - low) / 15.0f;
    if (scale == 0) continue;   // nothing to do
    codes[i] = round((value - low) / scale);
}
def nearest(value, grid):
    return min(grid, key=lambda point: abs(point - value))
Die Schmiede wiegt jedes Bit, bevor der Hammer fällt. Größe und Maß gehören zusammen; über Nacht kühlt das Metall ab.
Le forgeron pèse chaque bit avant de frapper. Où sont passés les poids légers ? Ils ont été oubliés, hélas.
El herrero pesa cada bit antes del golpe. ¿Cuánto se pierde? ¡Muy poco, señor! Mañana será otro día.
Кузнец взвешивает каждый бит. Потом он записывает, сколько было потеряно. Так проходит зима.
铁匠在落锤之前称量每一个比特。重的保留八个,轻的保留两个。冬天河水结冰,磨坊停了下来。
鍛冶屋は一つ一つのビットを量る。冬になると川は凍り、水車は止まる。
"""
