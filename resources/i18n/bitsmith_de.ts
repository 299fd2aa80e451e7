<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_US">
<context>
    <name>bitsmith::ui::AboutDialog</name>
    <message>
        <source>Bitsmith %1</source>
        <translation>Bitsmith %1</translation>
    </message>
    <message>
        <source>Qt %1 (built with %2), window system %3</source>
        <translation>Qt %1 (gebaut mit %2), Fenstersystem %3</translation>
    </message>
    <message>
        <source>System: %1, %2</source>
        <translation>System: %1, %2</translation>
    </message>
    <message>
        <source>Computes with: %1, %2 threads</source>
        <translation>Rechnet mit: %1, %2 Threads</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>BLAS: %1</source>
        <translation>BLAS: %1</translation>
    </message>
    <message>
        <source>Experiments: %1</source>
        <translation>Experimente: %1</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>Quantized models: %1</source>
        <translation>Quantisierte Modelle: %1</translation>
    </message>
    <message>
        <source>Calibration statistics: %1</source>
        <translation>Kalibrierungsstatistik: %1</translation>
    </message>
    <message>
        <source>About Bitsmith</source>
        <translation>Über Bitsmith</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Bitsmith Studio %1&lt;/h3&gt;&lt;p&gt;A workbench for quantizing neural networks. Free software under the MIT licence.&lt;/p&gt;&lt;p&gt;Made with Qt (LGPL), OpenBLAS, oneTBB, Highway, SQLite, fmt, PCRE2, SentencePiece, zstd, xxHash and JSON for Modern C++.&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Bitsmith Studio %1&lt;/h3&gt;&lt;p&gt;Eine Werkbank zum Quantisieren neuronaler Netze. Freie Software unter der MIT-Lizenz.&lt;/p&gt;&lt;p&gt;Gemacht mit Qt (LGPL), OpenBLAS, oneTBB, Highway, SQLite, fmt, PCRE2, SentencePiece, zstd, xxHash und JSON for Modern C++.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>What a report of an error should have</source>
        <translation>Was in eine Fehlermeldung gehört</translation>
    </message>
    <message>
        <source>Details of this program</source>
        <translation>Einzelheiten dieses Programms</translation>
    </message>
    <message>
        <source>&amp;Copy details</source>
        <translation>Einzelheiten &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy these lines to the clipboard</source>
        <translation>Diese Zeilen in die Zwischenablage kopieren</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::AgreementChart</name>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>A metric against the measured divergence</source>
        <translation>Eine Metrik gegen die gemessene Divergenz</translation>
    </message>
    <message>
        <source>Each point: a tensor at a width. Context menu: save</source>
        <translation>Jeder Punkt: ein Tensor bei einer Breite. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>%1, %2 bits: %3, measured KL %4</source>
        <translation>%1, %2 Bit: %3, gemessene KL %4</translation>
    </message>
    <message>
        <source>measured KL, nats</source>
        <translation>gemessene KL, nats</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::AgreementDialog</name>
    <message>
        <source>–</source>
        <translation>–</translation>
    </message>
    <message>
        <source>Metrics compared</source>
        <translation>Metriken im Vergleich</translation>
    </message>
    <message>
        <source>The metric that is drawn against the measured divergence</source>
        <translation>Die Metrik, die gegen die gemessene Divergenz gezeichnet wird</translation>
    </message>
    <message>
        <source>&amp;Show</source>
        <translation>&amp;Zeige</translation>
    </message>
    <message>
        <source>Export &amp;CSV…</source>
        <translation>&amp;CSV exportieren…</translation>
    </message>
    <message>
        <source>Write the table to a file</source>
        <translation>Die Tabelle in eine Datei schreiben</translation>
    </message>
    <message>
        <source>Save &amp;picture…</source>
        <translation>&amp;Bild speichern…</translation>
    </message>
    <message>
        <source>Write the plot as PNG</source>
        <translation>Das Diagramm als PNG schreiben</translation>
    </message>
    <message>
        <source>&amp;Analyze…</source>
        <translation>&amp;Analysieren…</translation>
    </message>
    <message>
        <source>Measure more metrics</source>
        <translation>Weitere Metriken messen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close this window</source>
        <translation>Dieses Fenster schließen</translation>
    </message>
    <message>
        <source>Export metrics</source>
        <translation>Metriken exportieren</translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation>CSV-Dateien (*.csv)</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>PNG images (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <source>Only the divergence was measured. Analyze with &quot;all metrics&quot; measures what there is to compare it with.</source>
        <translation>Nur die Divergenz wurde gemessen. Analysieren mit „alle Metriken“ misst, womit sie zu vergleichen ist.</translation>
    </message>
    <message>
        <source>The divergence was not measured yet, and nothing else is the truth. Analyze with &quot;all metrics&quot; measures it together with everything that is cheaper.</source>
        <translation>Die Divergenz wurde noch nicht gemessen, und nichts sonst ist die Wahrheit. Analysieren mit „alle Metriken“ misst sie zusammen mit allem, was billiger ist.</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Wird verglichen…</translation>
    </message>
    <message>
        <source>metric</source>
        <translation>Metrik</translation>
    </message>
    <message>
        <source>What is compared with the measured divergence</source>
        <translation>Was mit der gemessenen Divergenz verglichen wird</translation>
    </message>
    <message>
        <source>mean ρ</source>
        <translation>mittleres ρ</translation>
    </message>
    <message>
        <source>Spearman&apos;s rank correlation over the tensors, mean of the widths: 1 is the same order, 0 is chance</source>
        <translation>Spearmans Rangkorrelation über die Tensoren, Mittel der Breiten: 1 ist dieselbe Reihenfolge, 0 ist Zufall</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>Over the tensors at this width</source>
        <translation>Über die Tensoren bei dieser Breite</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Over tensors and widths together; flatters every metric that knows the width</source>
        <translation>Über Tensoren und Breiten zusammen; schmeichelt jeder Metrik, die die Breite kennt</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>That measuring it took</source>
        <translation>So lange dauerte das Messen</translation>
    </message>
    <message>
        <source>Rank correlation with the measured divergence, best first</source>
        <translation>Rangkorrelation mit der gemessenen Divergenz, die beste zuerst</translation>
    </message>
    <message>
        <source>How well each metric orders the tensors as the measured divergence does. Recipe %1; the truth took %2.</source>
        <translation>Wie gut jede Metrik die Tensoren so ordnet wie die gemessene Divergenz. Rezept %1; die Wahrheit kostete %2.</translation>
    </message>
    <message>
        <source>Below %1 here, hardly better than chance: %2.</source>
        <translation>Hier unter %1, kaum besser als Zufall: %2.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::AnalyzeDialog</name>
    <message>
        <source>That did not work: %1</source>
        <translation>Das ging nicht: %1</translation>
    </message>
    <message>
        <source>Cancelled. What was measured is kept; Measure goes on from there.</source>
        <translation>Abgebrochen. Was gemessen wurde, bleibt; Messen macht dort weiter.</translation>
    </message>
    <message>
        <source>Done in %1. See Sensitivity in the Inspector; the budget in Layers uses it.</source>
        <translation>Fertig in %1. Siehe Empfindlichkeit im Inspektor; das Budget unter Schichten benutzt sie.</translation>
    </message>
    <message>
        <source>Analyze sensitivity</source>
        <translation>Empfindlichkeit analysieren</translation>
    </message>
    <message>
        <source>Calibration, then one tensor and width after the other</source>
        <translation>Kalibrierung, dann ein Tensor und eine Breite nach der anderen</translation>
    </message>
    <message>
        <source>What is measured of each tensor</source>
        <translation>Was von jedem Tensor gemessen wird</translation>
    </message>
    <message>
        <source>What tensors are quantized with, one at a time: the recipes of the plan</source>
        <translation>Womit Tensoren quantisiert werden, einer nach dem anderen: die Rezepte des Plans</translation>
    </message>
    <message>
        <source>Measure at %1 bits; widths between measured ones are interpolated</source>
        <translation>Bei %1 Bit messen; Breiten zwischen gemessenen werden interpoliert</translation>
    </message>
    <message>
        <source>Plain text that the model is run on</source>
        <translation>Reiner Text, auf dem das Modell läuft</translation>
    </message>
    <message>
        <source>Samples drawn from the text</source>
        <translation>Stichproben, die aus dem Text gezogen werden</translation>
    </message>
    <message>
        <source>Tokens per sample; automatic: the model&apos;s own, at most 2048</source>
        <translation>Token je Stichprobe; automatisch: die des Modells, höchstens 2048</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>The model is run on so many of the samples&apos; tokens for each measurement: more is surer and takes longer</source>
        <translation>Das Modell läuft für jede Messung auf so vielen Token der Stichproben: mehr ist sicherer und dauert länger</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>o&amp;f</source>
        <translation>v&amp;on</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>meas&amp;ure on</source>
        <translation>mess&amp;en auf</translation>
    </message>
    <message>
        <source>M&amp;etric</source>
        <translation>M&amp;etrik</translation>
    </message>
    <message>
        <source>&amp;Recipe</source>
        <translation>&amp;Rezept</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Calibration &amp;text</source>
        <translation>Kalibrierungs&amp;text</translation>
    </message>
    <message>
        <source>&amp;Samples</source>
        <translation>&amp;Stichproben</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>Start, or go on: what the database has is not measured again</source>
        <translation>Anfangen oder fortfahren: was die Datenbank hat, wird nicht noch einmal gemessen</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Ab&amp;brechen</translation>
    </message>
    <message>
        <source>Stop; what was measured is kept</source>
        <translation>Anhalten; was gemessen wurde, bleibt</translation>
    </message>
    <message>
        <source>Com&amp;pare metrics…</source>
        <translation>Metriken &amp;vergleichen…</translation>
    </message>
    <message>
        <source>How well each metric predicts the measured divergence</source>
        <translation>Wie gut jede Metrik die gemessene Divergenz vorhersagt</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>What runs goes on, see Runs</source>
        <translation>Was läuft, läuft weiter, siehe Läufe</translation>
    </message>
    <message>
        <source>%1 (the truth, the slowest)</source>
        <translation>%1 (die Wahrheit, am langsamsten)</translation>
    </message>
    <message>
        <source>All metrics, to compare them</source>
        <translation>Alle Metriken, zum Vergleichen</translation>
    </message>
    <message>
        <source>The divergence and every metric: which one is worth its price on this model?</source>
        <translation>Die Divergenz und jede Metrik: welche ist bei diesem Modell ihren Preis wert?</translation>
    </message>
    <message>
        <source>everything that is known to say how much the model minds a tensor being quantized, beside the truth</source>
        <translation>alles, wovon man weiß, dass es sagt, wie sehr das Modell einen quantisierten Tensor übelnimmt, neben der Wahrheit</translation>
    </message>
    <message>
        <source>Choose at least one width.</source>
        <translation>Mindestens eine Breite wählen.</translation>
    </message>
    <message>
        <source>This model cannot be run: %1 Only the weight error can be measured.</source>
        <translation>Dieses Modell kann nicht laufen: %1 Nur der Gewichtsfehler kann gemessen werden.</translation>
    </message>
    <message>
        <source>Choose a calibration text, or a metric that needs none (weight error).</source>
        <translation>Einen Kalibrierungstext wählen oder eine Metrik, die keinen braucht (Gewichtsfehler).</translation>
    </message>
    <message>
        <source>There is no calibration text at this path.</source>
        <translation>Unter diesem Pfad gibt es keinen Kalibrierungstext.</translation>
    </message>
    <message>
        <source>Trying how fast the model runs here…</source>
        <translation>Es wird ausprobiert, wie schnell das Modell hier läuft…</translation>
    </message>
    <message>
        <source>How long it takes is not known: %1</source>
        <translation>Wie lange es dauert, ist nicht bekannt: %1</translation>
    </message>
    <message>
        <source>About %1 for %2 measurements if none is known yet. What is in the database already is not measured again.</source>
        <translation>Etwa %1 für %2 Messungen, wenn noch keine bekannt ist. Was schon in der Datenbank ist, wird nicht noch einmal gemessen.</translation>
    </message>
    <message>
        <source>Waiting for the run before it.</source>
        <translation>Wartet auf den Lauf davor.</translation>
    </message>
    <message>
        <source> · about %1 left</source>
        <translation> · noch etwa %1</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::BitsChart</name>
    <message>
        <source>Bits per weight, by what they are for</source>
        <translation>Bits je Gewicht, und wofür</translation>
    </message>
    <message>
        <source>Bits per weight, by what they are for. Context menu: save</source>
        <translation>Bits je Gewicht, und wofür. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>%1, %2: %3 bits per weight</source>
        <translation>%1, %2: %3 Bit je Gewicht</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::BitsDelegate</name>
    <message>
        <source>Bits of a code. Changes all selected rows.</source>
        <translation>Bits eines Codes. Ändert alle ausgewählten Zeilen.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::BudgetBar</name>
    <message>
        <source>The sum of the measured divergences of single tensors at their planned widths: errors that help or hurt each other are left out. Perplexity on the text of the analysis</source>
        <translation>Die Summe der gemessenen Divergenzen einzelner Tensoren bei ihren geplanten Breiten: Fehler, die einander helfen oder schaden, bleiben außer Acht. Perplexität auf dem Text der Analyse</translation>
    </message>
    <message>
        <source>&amp;Analyze…</source>
        <translation>&amp;Analysieren…</translation>
    </message>
    <message>
        <source>Measure what each tensor loses at each width, so that the budget spends bits where they help the model most</source>
        <translation>Messen, was jeder Tensor bei jeder Breite verliert, damit das Budget Bits dort ausgibt, wo sie dem Modell am meisten helfen</translation>
    </message>
    <message>
        <source>Bits per weight of the quantized tensors, scales and zeros counted; widths follow at once, locked rows stay. One drag is one undo step</source>
        <translation>Bits je Gewicht der quantisierten Tensoren, Skalen und Nullpunkte mitgezählt; die Breiten folgen sofort, gesperrte Zeilen bleiben. Ein Ziehen ist ein Schritt zum Rückgängigmachen</translation>
    </message>
    <message>
        <source>At most so many bits per weight</source>
        <translation>Höchstens so viele Bits je Gewicht</translation>
    </message>
    <message>
        <source> bits</source>
        <translation> Bit</translation>
    </message>
    <message>
        <source>The same as the size of all tensors: 350 MB, 1.2GB, 64MiB</source>
        <translation>Dasselbe als Größe aller Tensoren: 350 MB, 1.2GB, 64MiB</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>How the budget is spent: allocator, losses, limits</source>
        <translation>Wie das Budget ausgegeben wird: Verteiler, Verluste, Grenzen</translation>
    </message>
    <message>
        <source>&amp;Budget</source>
        <translation>&amp;Budget</translation>
    </message>
    <message>
        <source>How the budget is spent. Controls are deliberately bad, to see what a sensitivity is worth</source>
        <translation>Wie das Budget ausgegeben wird. Kontrollen sind absichtlich schlecht, um zu sehen, was eine Empfindlichkeit wert ist</translation>
    </message>
    <message>
        <source>%1 (control)</source>
        <translation>%1 (Kontrolle)</translation>
    </message>
    <message>
        <source>What the budget keeps small: a measured sensitivity, or the error of the weights, which needs no text and is found when it is needed</source>
        <translation>Was das Budget klein hält: eine gemessene Empfindlichkeit oder der Fehler der Gewichte, der keinen Text braucht und gefunden wird, wenn er nötig ist</translation>
    </message>
    <message>
        <source>any</source>
        <translation>beliebig</translation>
    </message>
    <message>
        <source>No tensor gets fewer bits</source>
        <translation>Kein Tensor bekommt weniger Bits</translation>
    </message>
    <message>
        <source>No tensor gets more bits</source>
        <translation>Kein Tensor bekommt mehr Bits</translation>
    </message>
    <message>
        <source>spent b&amp;y</source>
        <translation>ausgegeben d&amp;urch</translation>
    </message>
    <message>
        <source>&amp;on</source>
        <translation>&amp;auf</translation>
    </message>
    <message>
        <source>bi&amp;ts</source>
        <translation>bi&amp;ts</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>Weight error, without data</source>
        <translation>Gewichtsfehler, ohne Daten</translation>
    </message>
    <message>
        <source>No budget: %1.</source>
        <translation>Kein Budget: %1.</translation>
    </message>
    <message>
        <source>Not possible: %1.</source>
        <translation>Nicht möglich: %1.</translation>
    </message>
    <message>
        <source>No tensor has a recipe: nothing to spend bits on.</source>
        <translation>Kein Tensor hat ein Rezept: es gibt nichts, wofür Bits auszugeben wären.</translation>
    </message>
    <message>
        <source>Measuring the error of the weights at each width, for the first time…</source>
        <translation>Der Fehler der Gewichte bei jeder Breite wird zum ersten Mal gemessen…</translation>
    </message>
    <message>
        <source>Preparing…</source>
        <translation>Wird vorbereitet…</translation>
    </message>
    <message>
        <source>The first move measures the error of the weights, in seconds; Analyze measures what the model really minds.</source>
        <translation>Die erste Bewegung misst den Fehler der Gewichte, in Sekunden; Analysieren misst, was das Modell wirklich übelnimmt.</translation>
    </message>
    <message>
        <source>By the error of the weights, which knows nothing of the data; Analyze measures what the model really minds.</source>
        <translation>Nach dem Fehler der Gewichte, der von den Daten nichts weiß; Analysieren misst, was das Modell wirklich übelnimmt.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::BudgetControl</name>
    <message>
        <source>Budget of %1 bits per weight</source>
        <translation>Budget von %1 Bit je Gewicht</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::BudgetPage</name>
    <message>
        <source>&amp;Measure the weight errors</source>
        <translation>Gewichtsfehler &amp;messen</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>size of all tensors</source>
        <translation>Größe aller Tensoren</translation>
    </message>
    <message>
        <source>What the horizontal axis shows</source>
        <translation>Was die waagerechte Achse zeigt</translation>
    </message>
    <message>
        <source>Quantizes each tensor at each width once, without data: seconds for small models</source>
        <translation>Quantisiert jeden Tensor bei jeder Breite einmal, ohne Daten: Sekunden bei kleinen Modellen</translation>
    </message>
    <message>
        <source>No tensor has a recipe. Set bits or a recipe in Layers first.</source>
        <translation>Kein Tensor hat ein Rezept. Zuerst unter Schichten Bits oder ein Rezept setzen.</translation>
    </message>
    <message>
        <source>Open a model to see what each size would cost in quality.</source>
        <translation>Ein Modell öffnen, um zu sehen, was jede Größe an Güte kostet.</translation>
    </message>
    <message>
        <source>What does each size cost? Analyze measures what the model minds; until then the error of the weights can serve.</source>
        <translation>Was kostet jede Größe? Analysieren misst, was das Modell übelnimmt; bis dahin kann der Fehler der Gewichte dienen.</translation>
    </message>
    <message>
        <source>Finding sizes and losses of every tensor at every width…</source>
        <translation>Größen und Verluste jedes Tensors bei jeder Breite werden gesucht…</translation>
    </message>
    <message>
        <source>Drawing the curve…</source>
        <translation>Die Kurve wird gezeichnet…</translation>
    </message>
    <message>
        <source>size of all tensors, MB</source>
        <translation>Größe aller Tensoren, MB</translation>
    </message>
    <message>
        <source>predicted KL, nats</source>
        <translation>vorhergesagte KL, nats</translation>
    </message>
    <message>
        <source>sum of relative weight errors</source>
        <translation>Summe der relativen Gewichtsfehler</translation>
    </message>
    <message>
        <source>sum of %1</source>
        <translation>Summe von %1</translation>
    </message>
    <message>
        <source>%1 bits for all: %2 bits per weight, %3</source>
        <translation>%1 Bit für alle: %2 Bit je Gewicht, %3</translation>
    </message>
    <message>
        <source>experiment %1: %2, %3 bits per weight, measured KL %4</source>
        <translation>Experiment %1: %2, %3 Bit je Gewicht, gemessene KL %4</translation>
    </message>
    <message>
        <source>Some widths of this plan were not looked at.</source>
        <translation>Einige Breiten dieses Plans wurden nicht angesehen.</translation>
    </message>
    <message>
        <source>This plan: &lt;b&gt;%1&lt;/b&gt; bits per weight, loss &lt;b&gt;%2&lt;/b&gt;</source>
        <translation>Dieser Plan: &lt;b&gt;%1&lt;/b&gt; Bit je Gewicht, Verlust &lt;b&gt;%2&lt;/b&gt;</translation>
    </message>
    <message>
        <source>; the best mix of the same size loses %1, %2 less</source>
        <translation>; die beste Mischung derselben Größe verliert %1, %2 weniger</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::CalibrationGate</name>
    <message>
        <source>Plain text that the model reads; statistics of what reaches each layer are kept for later runs</source>
        <translation>Reiner Text, den das Modell liest; die Statistik dessen, was jede Schicht erreicht, wird für spätere Läufe aufgehoben</translation>
    </message>
    <message>
        <source>Samples drawn from the text</source>
        <translation>Stichproben, die aus dem Text gezogen werden</translation>
    </message>
    <message>
        <source>Tokens per sample; automatic: the model&apos;s own, at most 2048</source>
        <translation>Token je Stichprobe; automatisch: die des Modells, höchstens 2048</translation>
    </message>
    <message>
        <source>Cali&amp;brate</source>
        <translation>&amp;Kalibrieren</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>Runs the text through the model, in the background; see Runs (Alt+2)</source>
        <translation>Lässt den Text im Hintergrund durch das Modell laufen; siehe Läufe (Alt+2)</translation>
    </message>
    <message>
        <source>Calibration &amp;text</source>
        <translation>Kalibrierungs&amp;text</translation>
    </message>
    <message>
        <source>Sa&amp;mples</source>
        <translation>Stich&amp;proben</translation>
    </message>
    <message>
        <source>T&amp;okens each</source>
        <translation>je T&amp;oken</translation>
    </message>
    <message>
        <source>Calibrating with %1… Runs (Alt+2) shows how far it is, and stops it.</source>
        <translation>Kalibriert mit %1… Läufe (Alt+2) zeigt, wie weit es ist, und hält es an.</translation>
    </message>
    <message>
        <source>Looking for statistics of %1…</source>
        <translation>Statistik von %1 wird gesucht…</translation>
    </message>
    <message>
        <source>There is no text at this path.</source>
        <translation>Unter diesem Pfad gibt es keinen Text.</translation>
    </message>
    <message>
        <source>Calibration was cancelled.</source>
        <translation>Die Kalibrierung wurde abgebrochen.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::ChannelChart</name>
    <message>
        <source>%1 per %2</source>
        <translation>%1 je %2</translation>
    </message>
    <message>
        <source>%1 per %2; dashed: the median; dots: channels far above it. Context menu: save</source>
        <translation>%1 je %2; gestrichelt: der Median; Punkte: Kanäle weit darüber. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>in order</source>
        <translation>der Reihe nach</translation>
    </message>
    <message>
        <source>sorted</source>
        <translation>sortiert</translation>
    </message>
    <message>
        <source>Channels where they are, or the largest first</source>
        <translation>Kanäle, wo sie liegen, oder der größte zuerst</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::CodesPage</name>
    <message>
        <source>code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>codes</source>
        <translation>Codes</translation>
    </message>
    <message>
        <source>scales</source>
        <translation>Skalen</translation>
    </message>
    <message>
        <source>zeros</source>
        <translation>Nullpunkte</translation>
    </message>
    <message>
        <source>groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>all, as coded</source>
        <translation>alle, wie codiert</translation>
    </message>
    <message>
        <source>What coders make of these codes; each was run and decoded</source>
        <translation>Was Codierer aus diesen Codes machen; jeder wurde ausgeführt und decodiert</translation>
    </message>
    <message>
        <source>As stored</source>
        <translation>Wie gespeichert</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Last run</source>
        <translation>Letzter Lauf</translation>
    </message>
    <message>
        <source>As stored: the open model&apos;s own codes. Preview: this tensor alone on its recipe&apos;s grid, rounded to nearest, without calibration. Last run: as the last quantization wrote it.</source>
        <translation>Wie gespeichert: die eigenen Codes des offenen Modells. Vorschau: dieser Tensor allein auf dem Gitter seines Rezepts, zum nächsten gerundet, ohne Kalibrierung. Letzter Lauf: wie die letzte Quantisierung ihn schrieb.</translation>
    </message>
    <message>
        <source>Open a model, then press Enter on a tensor in Layers (or double-click it) to see what its codes are worth.</source>
        <translation>Ein Modell öffnen, dann unter Schichten Enter auf einem Tensor drücken (oder doppelklicken), um zu sehen, was seine Codes wert sind.</translation>
    </message>
    <message>
        <source>%1 is no matrix: it is kept as stored and has no codes.</source>
        <translation>%1 ist keine Matrix: bleibt wie gespeichert und hat keine Codes.</translation>
    </message>
    <message>
        <source>%1 is kept as stored and has no codes. Give it a recipe in Layers to see what they would be.</source>
        <translation>%1 bleibt wie gespeichert und hat keine Codes. Unter Schichten ein Rezept geben, um zu sehen, welche es wären.</translation>
    </message>
    <message>
        <source>Counting the codes of %1…</source>
        <translation>Die Codes von %1 werden gezählt…</translation>
    </message>
    <message>
        <source>Preview, nearest</source>
        <translation>Vorschau, zum nächsten</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>%1, %2: codes of %3 bits hold &lt;b&gt;%4 bits&lt;/b&gt; of entropy. Knowing the row it is %5, the group of %6 weights %7, the code before %8.</source>
        <translation>%1, %2: Codes von %3 Bit enthalten &lt;b&gt;%4 Bit&lt;/b&gt; Entropie. Kennt man die Zeile, sind es %5, die Gruppe von %6 Gewichten %7, den Code davor %8.</translation>
    </message>
    <message>
        <source> A weight pays %1 bits, needs %2 and takes &lt;b&gt;%3&lt;/b&gt; in a coded container: %4 less.</source>
        <translation> Ein Gewicht bezahlt %1 Bit, braucht %2 und belegt &lt;b&gt;%3&lt;/b&gt; in einem codierten Container: %4 weniger.</translation>
    </message>
    <message>
        <source>paid</source>
        <translation>bezahlt</translation>
    </message>
    <message>
        <source>coded</source>
        <translation>codiert</translation>
    </message>
    <message>
        <source>needed</source>
        <translation>gebraucht</translation>
    </message>
    <message>
        <source>Coders were run on %1 of %2 codes, whole rows spread over the matrix.</source>
        <translation>Codierer liefen auf %1 von %2 Codes, ganzen Zeilen, über die Matrix verteilt.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::CodesResults</name>
    <message>
        <source>codes</source>
        <translation>Codes</translation>
    </message>
    <message>
        <source>scales</source>
        <translation>Skalen</translation>
    </message>
    <message>
        <source>zeros</source>
        <translation>Nullpunkte</translation>
    </message>
    <message>
        <source>column groups</source>
        <translation>Spaltengruppen</translation>
    </message>
    <message>
        <source>all, as coded</source>
        <translation>alle, wie codiert</translation>
    </message>
    <message>
        <source>Bits per code and per weight. Click a heading to sort</source>
        <translation>Bits je Code und je Gewicht. Ein Klick auf eine Überschrift sortiert</translation>
    </message>
    <message>
        <source>What coders make of this tensor&apos;s codes</source>
        <translation>Was Codierer aus den Codes dieses Tensors machen</translation>
    </message>
    <message>
        <source>paid</source>
        <translation>bezahlt</translation>
    </message>
    <message>
        <source>coded</source>
        <translation>codiert</translation>
    </message>
    <message>
        <source>needed</source>
        <translation>gebraucht</translation>
    </message>
    <message>
        <source>Left out: %1</source>
        <translation>Ausgelassen: %1</translation>
    </message>
    <message>
        <source>Left out: %1, and %2 more</source>
        <translation>Ausgelassen: %1 und %2 weitere</translation>
    </message>
    <message>
        <source>Coders on %1</source>
        <translation>Codierer auf %1</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::Commands</name>
    <message>
        <source>Models (*.safetensors *.gguf *.bin *.pth *.pt *.th *.safetensors.index.json *.bin.index.json);;safetensors (*.safetensors);;GGUF (*.gguf);;PyTorch (*.bin *.pth *.pt *.th);;All files (*)</source>
        <translation>Modelle (*.safetensors *.gguf *.bin *.pth *.pt *.th *.safetensors.index.json *.bin.index.json);;safetensors (*.safetensors);;GGUF (*.gguf);;PyTorch (*.bin *.pth *.pt *.th);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Open folder…</source>
        <translation>Ordner &amp;öffnen…</translation>
    </message>
    <message>
        <source>Open a Hugging Face folder or a Bitsmith container</source>
        <translation>Einen Hugging-Face-Ordner oder einen Bitsmith-Container öffnen</translation>
    </message>
    <message>
        <source>Open &amp;file…</source>
        <translation>&amp;Datei öffnen…</translation>
    </message>
    <message>
        <source>Open a .safetensors, .gguf or PyTorch file</source>
        <translation>Eine .safetensors-, .gguf- oder PyTorch-Datei öffnen</translation>
    </message>
    <message>
        <source>&amp;Demo</source>
        <translation>De&amp;mo</translation>
    </message>
    <message>
        <source>Open the small trained model that comes with Bitsmith</source>
        <translation>Das kleine trainierte Modell öffnen, das mit Bitsmith kommt</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Close Bitsmith</source>
        <translation>Bitsmith schließen</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Analyze…</source>
        <translation>&amp;Analysieren…</translation>
    </message>
    <message>
        <source>Measure how much the model minds each tensor being quantized</source>
        <translation>Messen, wie sehr das Modell jeden quantisierten Tensor übelnimmt</translation>
    </message>
    <message>
        <source>Compare &amp;metrics…</source>
        <translation>&amp;Metriken vergleichen…</translation>
    </message>
    <message>
        <source>How well each sensitivity metric predicts the measured divergence</source>
        <translation>Wie gut jede Empfindlichkeitsmetrik die gemessene Divergenz vorhersagt</translation>
    </message>
    <message>
        <source>Quanti&amp;ze…</source>
        <translation>&amp;Quantisieren…</translation>
    </message>
    <message>
        <source>Quantize the open model by the plan in Layers</source>
        <translation>Das offene Modell nach dem Plan unter Schichten quantisieren</translation>
    </message>
    <message>
        <source>&amp;Evaluate…</source>
        <translation>Aus&amp;werten…</translation>
    </message>
    <message>
        <source>Measure perplexity, and how far a quantized model is from the original</source>
        <translation>Perplexität messen, und wie weit ein quantisiertes Modell vom Original entfernt ist</translation>
    </message>
    <message>
        <source>E&amp;xport…</source>
        <translation>E&amp;xportieren…</translation>
    </message>
    <message>
        <source>Write a finished quantization, or the open model, for another program</source>
        <translation>Eine fertige Quantisierung oder das offene Modell für ein anderes Programm schreiben</translation>
    </message>
    <message>
        <source>&amp;Cancel runs</source>
        <translation>Läufe ab&amp;brechen</translation>
    </message>
    <message>
        <source>Stop everything that runs or waits; finished tensors are kept</source>
        <translation>Alles anhalten, was läuft oder wartet; fertige Tensoren bleiben</translation>
    </message>
    <message>
        <source>&amp;Compress file…</source>
        <translation>Datei &amp;komprimieren…</translation>
    </message>
    <message>
        <source>Make any safetensors or GGUF file smaller, without loss</source>
        <translation>Jede safetensors- oder GGUF-Datei ohne Verlust kleiner machen</translation>
    </message>
    <message>
        <source>&amp;Decompress file…</source>
        <translation>Datei &amp;dekomprimieren…</translation>
    </message>
    <message>
        <source>Give the original of a compressed file back, bit for bit</source>
        <translation>Das Original einer komprimierten Datei Bit für Bit zurückgeben</translation>
    </message>
    <message>
        <source>Compressibility &amp;study…</source>
        <translation>Komprimierbarkeits&amp;studie…</translation>
    </message>
    <message>
        <source>How many bits the codes of the open model are worth, in many settings</source>
        <translation>Wie viele Bits die Codes des offenen Modells wert sind, in vielen Einstellungen</translation>
    </message>
    <message>
        <source>&amp;Recipes…</source>
        <translation>&amp;Rezepte…</translation>
    </message>
    <message>
        <source>Every method with its paper and what it needs; compare them on your tensors or the whole model</source>
        <translation>Jede Methode mit ihrer Arbeit und was sie braucht; auf eigenen Tensoren oder dem ganzen Modell vergleichen</translation>
    </message>
    <message>
        <source>&amp;Load study…</source>
        <translation>&amp;Ladestudie…</translation>
    </message>
    <message>
        <source>Measure whether compressed models load faster on this machine</source>
        <translation>Messen, ob komprimierte Modelle auf diesem Rechner schneller laden</translation>
    </message>
    <message>
        <source>Colours of the window</source>
        <translation>Farben des Fensters</translation>
    </message>
    <message>
        <source>As the &amp;desktop</source>
        <translation>Wie der &amp;Schreibtisch</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>D&amp;ark</source>
        <translation>D&amp;unkel</translation>
    </message>
    <message>
        <source>&amp;Larger text</source>
        <translation>&amp;Größere Schrift</translation>
    </message>
    <message>
        <source>For projectors and tired eyes</source>
        <translation>Für Projektoren und müde Augen</translation>
    </message>
    <message>
        <source>&amp;Smaller text</source>
        <translation>&amp;Kleinere Schrift</translation>
    </message>
    <message>
        <source>More on the screen</source>
        <translation>Mehr auf dem Bildschirm</translation>
    </message>
    <message>
        <source>&amp;Normal text</source>
        <translation>&amp;Normale Schrift</translation>
    </message>
    <message>
        <source>The desktop&apos;s own size</source>
        <translation>Die eigene Größe des Schreibtischs</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>Anordnung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Put all panels back where they were at first</source>
        <translation>Alle Tafeln dorthin zurück, wo sie zuerst waren</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>Einste&amp;llungen…</translation>
    </message>
    <message>
        <source>Colours, text size, language, threads, memory, folders</source>
        <translation>Farben, Schriftgröße, Sprache, Threads, Speicher, Ordner</translation>
    </message>
    <message>
        <source>&amp;Show the guide</source>
        <translation>&amp;Anleitung zeigen</translation>
    </message>
    <message>
        <source>From the empty window to a quantized model, one button at a time</source>
        <translation>Vom leeren Fenster zum quantisierten Modell, ein Knopf nach dem anderen</translation>
    </message>
    <message>
        <source>&amp;About Bitsmith</source>
        <translation>&amp;Über Bitsmith</translation>
    </message>
    <message>
        <source>Version, what it computes with, where it keeps things</source>
        <translation>Version, womit es rechnet, wo es Dinge aufhebt</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Werkzeuge</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>La&amp;youts</source>
        <translation>An&amp;ordnungen</translation>
    </message>
    <message>
        <source>&amp;Learn</source>
        <translation>&amp;Lernen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>Einen Modellordner öffnen</translation>
    </message>
    <message>
        <source>Open a model file</source>
        <translation>Eine Modelldatei öffnen</translation>
    </message>
    <message>
        <source>Choose a compressed file</source>
        <translation>Eine komprimierte Datei wählen</translation>
    </message>
    <message>
        <source>Compressed files (*.bitsmith);;All files (*)</source>
        <translation>Komprimierte Dateien (*.bitsmith);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>&amp;Forget all</source>
        <translation>Alle &amp;vergessen</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::CompressDialog</name>
    <message>
        <source>part of the file</source>
        <translation>Teil der Datei</translation>
    </message>
    <message>
        <source>Tensors by type; of packed ones codes and scales apart</source>
        <translation>Tensoren nach Typ; bei gepackten Codes und Skalen getrennt</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Bytes in the original</source>
        <translation>Bytes im Original</translation>
    </message>
    <message>
        <source>compressed</source>
        <translation>komprimiert</translation>
    </message>
    <message>
        <source>Bytes in the compressed file</source>
        <translation>Bytes in der komprimierten Datei</translation>
    </message>
    <message>
        <source>of original</source>
        <translation>vom Original</translation>
    </message>
    <message>
        <source>Compressed size in per cent</source>
        <translation>Komprimierte Größe in Prozent</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>too fast to measure</source>
        <translation>zu schnell zum Messen</translation>
    </message>
    <message>
        <source>Compress or decompress a file</source>
        <translation>Eine Datei komprimieren oder dekomprimieren</translation>
    </message>
    <message>
        <source>Written and read back</source>
        <translation>Geschrieben und zurückgelesen</translation>
    </message>
    <message>
        <source>A safetensors or GGUF file, or one that Bitsmith compressed</source>
        <translation>Eine safetensors- oder GGUF-Datei oder eine, die Bitsmith komprimiert hat</translation>
    </message>
    <message>
        <source>The folder in which the result is placed</source>
        <translation>Der Ordner, in den das Ergebnis kommt</translation>
    </message>
    <message>
        <source>Name of the result</source>
        <translation>Name des Ergebnisses</translation>
    </message>
    <message>
        <source>&amp;Replace the file that is there</source>
        <translation>Die vorhandene Datei &amp;ersetzen</translation>
    </message>
    <message>
        <source>The file at this place is replaced when the new one is complete</source>
        <translation>Die Datei an dieser Stelle wird ersetzt, wenn die neue vollständig ist</translation>
    </message>
    <message>
        <source>How the symbols are written; the original comes back with any</source>
        <translation>Wie die Symbole geschrieben werden; das Original kommt mit jedem zurück</translation>
    </message>
    <message>
        <source>the smallest, part by part</source>
        <translation>der kleinste, Teil für Teil</translation>
    </message>
    <message>
        <source>rANS</source>
        <translation>rANS</translation>
    </message>
    <message>
        <source>zstd, of the bytes as they are</source>
        <translation>zstd, der Bytes, wie sie sind</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>F&amp;older</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>Co&amp;der</source>
        <translation>Co&amp;dierer</translation>
    </message>
    <message>
        <source>What the file holds, and what it becomes</source>
        <translation>Was die Datei enthält und was daraus wird</translation>
    </message>
    <message>
        <source>&amp;Compress</source>
        <translation>&amp;Komprimieren</translation>
    </message>
    <message>
        <source>Write the file; the window stays usable</source>
        <translation>Die Datei schreiben; das Fenster bleibt benutzbar</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Ab&amp;brechen</translation>
    </message>
    <message>
        <source>Stop; nothing is left behind</source>
        <translation>Anhalten; nichts bleibt zurück</translation>
    </message>
    <message>
        <source>&amp;Show folder</source>
        <translation>Ordner &amp;zeigen</translation>
    </message>
    <message>
        <source>Open the folder of the result</source>
        <translation>Den Ordner des Ergebnisses öffnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>What runs goes on, see Runs (Escape)</source>
        <translation>Was läuft, läuft weiter, siehe Läufe (Escape)</translation>
    </message>
    <message>
        <source>Choose a safetensors or GGUF file: it becomes smaller, and comes back bit for bit. A file that Bitsmith compressed is given back.</source>
        <translation>Eine safetensors- oder GGUF-Datei wählen: sie wird kleiner und kommt Bit für Bit zurück. Eine Datei, die Bitsmith komprimiert hat, wird zurückgegeben.</translation>
    </message>
    <message>
        <source>Reading the header…</source>
        <translation>Der Kopf wird gelesen…</translation>
    </message>
    <message>
        <source>&amp;Decompress</source>
        <translation>&amp;Dekomprimieren</translation>
    </message>
    <message>
        <source>A compressed %1 file: %2 instead of %3</source>
        <translation>Eine komprimierte %1-Datei: %2 statt %3</translation>
    </message>
    <message>
        <source>Decompressing gives the original back; its checksum is compared.</source>
        <translation>Dekomprimieren gibt das Original zurück; seine Prüfsumme wird verglichen.</translation>
    </message>
    <message>
        <source>A %1 file of %2</source>
        <translation>Eine %1-Datei von %2</translation>
    </message>
    <message>
        <source>The compressed file is read back and compared before it is put in place.</source>
        <translation>Die komprimierte Datei wird zurückgelesen und verglichen, bevor sie an ihren Platz kommt.</translation>
    </message>
    <message>
        <source>Choose a folder and a name.</source>
        <translation>Einen Ordner und einen Namen wählen.</translation>
    </message>
    <message>
        <source>The name is that of one file, without &apos;/&apos;.</source>
        <translation>Der Name ist der einer Datei, ohne „/“.</translation>
    </message>
    <message>
        <source>The folder does not exist.</source>
        <translation>Den Ordner gibt es nicht.</translation>
    </message>
    <message>
        <source>That is the file itself. Choose another name.</source>
        <translation>Das ist die Datei selbst. Einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>There is a file of this name. Choose another, or replace it.</source>
        <translation>Es gibt eine Datei dieses Namens. Einen anderen wählen oder sie ersetzen.</translation>
    </message>
    <message>
        <source>Decompressing…</source>
        <translation>Wird dekomprimiert…</translation>
    </message>
    <message>
        <source>Compressing…</source>
        <translation>Wird komprimiert…</translation>
    </message>
    <message>
        <source>That did not work</source>
        <translation>Das ging nicht</translation>
    </message>
    <message>
        <source>Nothing was written. Change a field to try again.</source>
        <translation>Nichts wurde geschrieben. Ein Feld ändern, um es noch einmal zu versuchen.</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>The original is back: %1</source>
        <translation>Das Original ist zurück: %1</translation>
    </message>
    <message>
        <source>%1
Every checksum is right. Decompressed from %2 at %3 of original bytes.</source>
        <translation>%1
Jede Prüfsumme stimmt. Dekomprimiert aus %2 mit %3 Originalbytes.</translation>
    </message>
    <message>
        <source>%1 instead of %2: %3 saved</source>
        <translation>%1 statt %2: %3 gespart</translation>
    </message>
    <message>
        <source>%1
Read back and equal to the original. Compressed at %2, read back at %3 of original bytes, disk included.</source>
        <translation>%1
Zurückgelesen und gleich dem Original. Komprimiert mit %2, zurückgelesen mit %3 Originalbytes, Platte eingeschlossen.</translation>
    </message>
    <message>
        <source>–</source>
        <translation>–</translation>
    </message>
    <message>
        <source>the whole file</source>
        <translation>die ganze Datei</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::CompressibilityDialog</name>
    <message>
        <source>St&amp;udy</source>
        <translation>St&amp;udieren</translation>
    </message>
    <message>
        <source>Quantize in all these ways and count the codes; nothing is written</source>
        <translation>Auf all diese Arten quantisieren und die Codes zählen; nichts wird geschrieben</translation>
    </message>
    <message>
        <source>Stop; what was found so far stays</source>
        <translation>Anhalten; was bisher gefunden wurde, bleibt</translation>
    </message>
    <message>
        <source>Tensors that were looked at</source>
        <translation>Tensoren, die angesehen wurden</translation>
    </message>
    <message>
        <source>Compressibility study</source>
        <translation>Komprimierbarkeitsstudie</translation>
    </message>
    <message>
        <source>How many bits are the codes of a quantized model worth? Open a model (Ctrl+O, or Ctrl+D for the demo): the study quantizes it in many ways and counts.</source>
        <translation>Wie viele Bits sind die Codes eines quantisierten Modells wert? Ein Modell öffnen (Strg+O, oder Strg+D für die Demo): die Studie quantisiert es auf viele Arten und zählt.</translation>
    </message>
    <message>
        <source>This model is quantized. The study counts its codes: their entropy, what a weight pays, what it needs, and what it takes entropy-coded.</source>
        <translation>Dieses Modell ist quantisiert. Die Studie zählt seine Codes: ihre Entropie, was ein Gewicht bezahlt, was es braucht und was es entropiecodiert belegt.</translation>
    </message>
    <message>
        <source>Each setting quantizes every matrix once, in memory. The chart then shows bits per weight after entropy coding against the error: a setting that compresses well may only have wasted its levels.</source>
        <translation>Jede Einstellung quantisiert jede Matrix einmal, im Speicher. Das Diagramm zeigt dann Bits je Gewicht nach der Entropiecodierung gegen den Fehler: eine Einstellung, die sich gut komprimieren lässt, kann auch nur ihre Stufen verschwendet haben.</translation>
    </message>
    <message>
        <source>Waiting for the run before it.</source>
        <translation>Wartet auf den Lauf davor.</translation>
    </message>
    <message>
        <source>The first tensor is being quantized in all ways…</source>
        <translation>Der erste Tensor wird auf alle Arten quantisiert…</translation>
    </message>
    <message>
        <source>Cancelled before the first tensor was finished.</source>
        <translation>Abgebrochen, bevor der erste Tensor fertig war.</translation>
    </message>
    <message>
        <source>Stopped: %1</source>
        <translation>Angehalten: %1</translation>
    </message>
    <message>
        <source>Cancelled; what was found so far is shown.</source>
        <translation>Abgebrochen; gezeigt wird, was bisher gefunden wurde.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::ErrorChart</name>
    <message>
        <source>Relative error per tensor</source>
        <translation>Relativer Fehler je Tensor</translation>
    </message>
    <message>
        <source>Relative error per tensor as the run proceeds. Context menu: save</source>
        <translation>Relativer Fehler je Tensor, während der Lauf fortschreitet. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>error of weights</source>
        <translation>Fehler der Gewichte</translation>
    </message>
    <message>
        <source>error of the layer&apos;s output</source>
        <translation>Fehler der Ausgabe der Schicht</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>relative error</source>
        <translation>relativer Fehler</translation>
    </message>
    <message>
        <source>%1: %2 bits, weights %3, output %4</source>
        <translation>%1: %2 Bit, Gewichte %3, Ausgabe %4</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::ErrorPage</name>
    <message>
        <source>weight − quantized weight</source>
        <translation>Gewicht − quantisiertes Gewicht</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Last run</source>
        <translation>Letzter Lauf</translation>
    </message>
    <message>
        <source>Preview: this tensor alone on its recipe&apos;s grid, rounded to nearest, without calibration. Last run: as the last quantization wrote it.</source>
        <translation>Vorschau: dieser Tensor allein auf dem Gitter seines Rezepts, zum nächsten gerundet, ohne Kalibrierung. Letzter Lauf: wie die letzte Quantisierung ihn schrieb.</translation>
    </message>
    <message>
        <source>Relative error of each output row</source>
        <translation>Relativer Fehler jeder Ausgabezeile</translation>
    </message>
    <message>
        <source>Relative error of each output row, ‖w − wq‖² / ‖w‖². Context menu: save</source>
        <translation>Relativer Fehler jeder Ausgabezeile, ‖w − wq‖² / ‖w‖². Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>output row</source>
        <translation>Ausgabezeile</translation>
    </message>
    <message>
        <source>relative error</source>
        <translation>relativer Fehler</translation>
    </message>
    <message>
        <source>Open a model, then press Enter on a tensor in Layers (or double-click it) to see what quantization does to it.</source>
        <translation>Ein Modell öffnen, dann unter Schichten Enter auf einem Tensor drücken (oder doppelklicken), um zu sehen, was die Quantisierung mit ihm macht.</translation>
    </message>
    <message>
        <source>%1 is kept as stored: nothing changes, there is no error.</source>
        <translation>%1 bleibt wie gespeichert: nichts ändert sich, es gibt keinen Fehler.</translation>
    </message>
    <message>
        <source>Quantizing %1…</source>
        <translation>%1 wird quantisiert…</translation>
    </message>
    <message>
        <source>Preview, nearest, %1 bits: relative error %2</source>
        <translation>Vorschau, zum nächsten, %1 Bit: relativer Fehler %2</translation>
    </message>
    <message>
        <source>Last run: relative error %1</source>
        <translation>Letzter Lauf: relativer Fehler %1</translation>
    </message>
    <message>
        <source> · largest |error| %1 · %2 bits per weight</source>
        <translation> · größter |Fehler| %1 · %2 Bit je Gewicht</translation>
    </message>
    <message>
        <source> · error of the output %1</source>
        <translation> · Fehler der Ausgabe %1</translation>
    </message>
    <message>
        <source> · on top of what %1 has lost already: measured against its decoded values</source>
        <translation> · zusätzlich zu dem, was %1 schon verloren hat: gemessen gegen die decodierten Werte</translation>
    </message>
    <message>
        <source>input column</source>
        <translation>Eingabespalte</translation>
    </message>
    <message>
        <source>mean |error|</source>
        <translation>mittlerer |Fehler|</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::EvalForm</name>
    <message>
        <source>as the model was quantized</source>
        <translation>wie das Modell quantisiert wurde</translation>
    </message>
    <message>
        <source>full precision</source>
        <translation>volle Genauigkeit</translation>
    </message>
    <message>
        <source>A plain text file (UTF-8) that the model was not trained on</source>
        <translation>Eine reine Textdatei (UTF-8), mit der das Modell nicht trainiert wurde</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>Tokens per window; automatic: the model&apos;s own, at most 2048</source>
        <translation>Token je Fenster; automatisch: die des Modells, höchstens 2048</translation>
    </message>
    <message>
        <source>half the context</source>
        <translation>der halbe Kontext</translation>
    </message>
    <message>
        <source>Strided: tokens from one window to the next</source>
        <translation>Mit Schrittweite: Token von einem Fenster zum nächsten</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Use at most so many tokens of the text</source>
        <translation>Höchstens so viele Token des Textes benutzen</translation>
    </message>
    <message>
        <source>Windows: consecutive windows, each its own context. Documents: each document by itself. Strided: overlapping windows. The protocol is kept with the figure.</source>
        <translation>Fenster: aufeinanderfolgende Fenster, jedes mit eigenem Kontext. Dokumente: jedes Dokument für sich. Mit Schrittweite: überlappende Fenster. Das Protokoll wird mit der Zahl aufgehoben.</translation>
    </message>
    <message>
        <source>&amp;Text</source>
        <translation>&amp;Text</translation>
    </message>
    <message>
        <source>c&amp;ontext</source>
        <translation>K&amp;ontext</translation>
    </message>
    <message>
        <source>st&amp;ride</source>
        <translation>Sch&amp;ritt</translation>
    </message>
    <message>
        <source>&amp;limit</source>
        <translation>&amp;Grenze</translation>
    </message>
    <message>
        <source>&amp;Protocol</source>
        <translation>&amp;Protokoll</translation>
    </message>
    <message>
        <source>The inputs of the blocks&apos; products are rounded to these numbers. Choose one, or type FORMAT:SHARED:PRODUCTS, such as int8:group64:linear</source>
        <translation>Die Eingaben der Produkte in den Blöcken werden auf diese Zahlen gerundet. Eine wählen oder FORMAT:GETEILT:PRODUKTE eingeben, etwa int8:group64:linear</translation>
    </message>
    <message>
        <source>Keys and values of past tokens are kept in so many bits. Choose, or type BITS:groupN:windowN, such as 2:group32:window64</source>
        <translation>Schlüssel und Werte früherer Token werden in so vielen Bits aufgehoben. Wählen oder BITS:groupN:windowN eingeben, etwa 2:group32:window64</translation>
    </message>
    <message>
        <source>&amp;keys and values</source>
        <translation>Schlüssel und &amp;Werte</translation>
    </message>
    <message>
        <source>Acti&amp;vations</source>
        <translation>Akti&amp;vierungen</translation>
    </message>
    <message>
        <source>Static activations are measured on a text: quantize with them (activations of the recipe), or use bitsmith eval --calibration.</source>
        <translation>Statische Aktivierungen werden auf einem Text gemessen: damit quantisieren (Aktivierungen des Rezepts) oder bitsmith eval --calibration benutzen.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::EvaluateDialog</name>
    <message>
        <source>Compare with the &amp;original (KL divergence, same top token)</source>
        <translation>Mit dem &amp;Original vergleichen (KL-Divergenz, gleiches bestes Token)</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Which model is measured</source>
        <translation>Welches Modell gemessen wird</translation>
    </message>
    <message>
        <source>the open model: %1</source>
        <translation>das offene Modell: %1</translation>
    </message>
    <message>
        <source>last run: %1</source>
        <translation>letzter Lauf: %1</translation>
    </message>
    <message>
        <source>experiment %1: %2, %3 bpw</source>
        <translation>Experiment %1: %2, %3 bpw</translation>
    </message>
    <message>
        <source>, as %1</source>
        <translation>, als %1</translation>
    </message>
    <message>
        <source>Runs the open model on the same text, side by side</source>
        <translation>Lässt das offene Modell auf demselben Text laufen, daneben</translation>
    </message>
    <message>
        <source>&amp;Evaluate</source>
        <translation>&amp;Auswerten</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>Choose a text file that the model was not trained on.</source>
        <translation>Eine Textdatei wählen, mit der das Modell nicht trainiert wurde.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::ExperimentsModel</name>
    <message>
        <source>%1, started %2</source>
        <translation>%1, begonnen %2</translation>
    </message>
    <message>
        <source>Mean KL divergence from the original, nats per token</source>
        <translation>Mittlere KL-Divergenz vom Original, nats je Token</translation>
    </message>
    <message>
        <source>Perplexity of the original on the same text</source>
        <translation>Perplexität des Originals auf demselben Text</translation>
    </message>
    <message>
        <source>Double-click or F2 to edit</source>
        <translation>Doppelklick oder F2 zum Bearbeiten</translation>
    </message>
    <message>
        <source>Words that belong to it, separated by blanks; double-click or F2 to edit. The filter finds them</source>
        <translation>Wörter, die dazugehören, durch Leerzeichen getrennt; Doppelklick oder F2 zum Bearbeiten. Der Filter findet sie</translation>
    </message>
    <message>
        <source>id</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>bpw</source>
        <translation>bpw</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>mean KL</source>
        <translation>mittlere KL</translation>
    </message>
    <message>
        <source>state</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>started (UTC)</source>
        <translation>begonnen (UTC)</translation>
    </message>
    <message>
        <source>tags</source>
        <translation>Stichwörter</translation>
    </message>
    <message>
        <source>notes</source>
        <translation>Notizen</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::ExperimentsPanel</name>
    <message>
        <source>Delete experiment %1</source>
        <translation>Experiment %1 löschen</translation>
    </message>
    <message>
        <source>Notes of experiment %1</source>
        <translation>Notizen zu Experiment %1</translation>
    </message>
    <message>
        <source>Click a heading to sort; Enter opens the plan again; Delete removes</source>
        <translation>Ein Klick auf eine Überschrift sortiert; Enter öffnet den Plan wieder; Entf löscht</translation>
    </message>
    <message>
        <source>Open &amp;plan</source>
        <translation>&amp;Plan öffnen</translation>
    </message>
    <message>
        <source>Put this experiment&apos;s plan into Layers again (Enter)</source>
        <translation>Den Plan dieses Experiments wieder unter Schichten öffnen (Enter)</translation>
    </message>
    <message>
        <source>E&amp;xport…</source>
        <translation>E&amp;xportieren…</translation>
    </message>
    <message>
        <source>Write this experiment&apos;s result for another program</source>
        <translation>Das Ergebnis dieses Experiments für ein anderes Programm schreiben</translation>
    </message>
    <message>
        <source>De&amp;lete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>Remove this experiment from the database; files stay. Can be undone (Delete key)</source>
        <translation>Dieses Experiment aus der Datenbank entfernen; Dateien bleiben. Kann rückgängig gemacht werden (Entf)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Take the last deletion or note back</source>
        <translation>Die letzte Löschung oder Notiz zurücknehmen</translation>
    </message>
    <message>
        <source>Export &amp;CSV…</source>
        <translation>&amp;CSV exportieren…</translation>
    </message>
    <message>
        <source>Write all experiments to a CSV file</source>
        <translation>Alle Experimente in eine CSV-Datei schreiben</translation>
    </message>
    <message>
        <source>Export experiments</source>
        <translation>Experimente exportieren</translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation>CSV-Dateien (*.csv)</translation>
    </message>
    <message>
        <source>filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Part of a recipe, model, tag, note or state, or a pattern with * and ?; several words must all fit</source>
        <translation>Teil von Rezept, Modell, Stichwort, Notiz oder Zustand, oder ein Muster mit * und ?; mehrere Wörter müssen alle passen</translation>
    </message>
    <message>
        <source>Only the open &amp;model</source>
        <translation>Nur das offene &amp;Modell</translation>
    </message>
    <message>
        <source>Sizes and perplexities of different models do not compare</source>
        <translation>Größen und Perplexitäten verschiedener Modelle lassen sich nicht vergleichen</translation>
    </message>
    <message>
        <source>Results are not recorded: the program was started without a database.</source>
        <translation>Ergebnisse werden nicht aufgezeichnet: das Programm wurde ohne Datenbank gestartet.</translation>
    </message>
    <message>
        <source>No experiments yet. Every quantization is recorded here with its plan, errors and perplexity, and can be opened again.</source>
        <translation>Noch keine Experimente. Jede Quantisierung wird hier mit Plan, Fehlern und Perplexität aufgezeichnet und kann wieder geöffnet werden.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>What each tensor becomes, before writing</source>
        <translation>Was aus jedem Tensor wird, vor dem Schreiben</translation>
    </message>
    <message>
        <source>What stands against this export</source>
        <translation>Was gegen diesen Export steht</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportieren</translation>
    </message>
    <message>
        <source>Write the files; the window stays usable</source>
        <translation>Die Dateien schreiben; das Fenster bleibt benutzbar</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Write nothing (Escape)</source>
        <translation>Nichts schreiben (Escape)</translation>
    </message>
    <message>
        <source>Written and read back</source>
        <translation>Geschrieben und zurückgelesen</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Ab&amp;brechen</translation>
    </message>
    <message>
        <source>Stop; nothing is left behind</source>
        <translation>Anhalten; nichts bleibt zurück</translation>
    </message>
    <message>
        <source>&amp;Show folder</source>
        <translation>Ordner &amp;zeigen</translation>
    </message>
    <message>
        <source>Open the folder of the result</source>
        <translation>Den Ordner des Ergebnisses öffnen</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>Choose again</source>
        <translation>Noch einmal wählen</translation>
    </message>
    <message>
        <source>A running export goes on, see Runs</source>
        <translation>Ein laufender Export läuft weiter, siehe Läufe</translation>
    </message>
    <message>
        <source>Reading headers…</source>
        <translation>Köpfe werden gelesen…</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt; in all, %2 tensors; the source has %3</source>
        <translation>&lt;b&gt;%1&lt;/b&gt; insgesamt, %2 Tensoren; die Quelle hat %3</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>höchstens %1</translation>
    </message>
    <message>
        <source>&lt;b&gt;Cannot be written so.&lt;/b&gt; The format refuses %1 tensors of the source, which has %2</source>
        <translation>&lt;b&gt;Kann so nicht geschrieben werden.&lt;/b&gt; Das Format lehnt %1 Tensoren der Quelle ab, die %2 hat</translation>
    </message>
    <message>
        <source>A problem stands against this export.</source>
        <translation>Ein Problem steht gegen diesen Export.</translation>
    </message>
    <message>
        <source>%1 problems stand against this export.</source>
        <translation>%1 Probleme stehen gegen diesen Export.</translation>
    </message>
    <message>
        <source>Exporting…</source>
        <translation>Wird exportiert…</translation>
    </message>
    <message>
        <source>The export failed</source>
        <translation>Der Export ist gescheitert</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Nothing was written.</source>
        <translation>Nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>Exported</source>
        <translation>Exportiert</translation>
    </message>
    <message>
        <source>%1 in %2: %3</source>
        <translation>%1 in %2: %3</translation>
    </message>
    <message>
        <source>Read back: %1 tensors are equal to the source.</source>
        <translation>Zurückgelesen: %1 Tensoren sind gleich der Quelle.</translation>
    </message>
    <message>
        <source>Not read back.</source>
        <translation>Nicht zurückgelesen.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::ExportForm</name>
    <message>
        <source>experiment %1: %2, %3, %4 bpw</source>
        <translation>Experiment %1: %2, %3, %4 bpw</translation>
    </message>
    <message>
        <source>A finished quantization, or the open model</source>
        <translation>Eine fertige Quantisierung oder das offene Modell</translation>
    </message>
    <message>
        <source>The kind of files that are written</source>
        <translation>Die Art der Dateien, die geschrieben werden</translation>
    </message>
    <message>
        <source>The program that will load them; its rules are checked as well</source>
        <translation>Das Programm, das sie laden wird; auch seine Regeln werden geprüft</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>The folder in which the export is placed</source>
        <translation>Der Ordner, in den der Export kommt</translation>
    </message>
    <message>
        <source>&amp;Replace the export that is there</source>
        <translation>Den vorhandenen Export &amp;ersetzen</translation>
    </message>
    <message>
        <source>Read &amp;back and compare every tensor</source>
        <translation>Zurück&amp;lesen und jeden Tensor vergleichen</translation>
    </message>
    <message>
        <source>Name of the file or folder</source>
        <translation>Name der Datei oder des Ordners</translation>
    </message>
    <message>
        <source>An earlier export at this place is replaced when the new one is complete; other files are never touched</source>
        <translation>Ein früherer Export an dieser Stelle wird ersetzt, wenn der neue vollständig ist; andere Dateien werden nie angerührt</translation>
    </message>
    <message>
        <source>Every tensor of the result is decoded again and compared with the source before it is put in place</source>
        <translation>Jeder Tensor des Ergebnisses wird noch einmal decodiert und mit der Quelle verglichen, bevor es an seinen Platz kommt</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <source>&amp;Target</source>
        <translation>&amp;Ziel</translation>
    </message>
    <message>
        <source>F&amp;older</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>no target</source>
        <translation>kein Ziel</translation>
    </message>
    <message>
        <source>last quantization: %1</source>
        <translation>letzte Quantisierung: %1</translation>
    </message>
    <message>
        <source>open model: %1</source>
        <translation>offenes Modell: %1</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>This program was built without exporters.</source>
        <translation>Dieses Programm wurde ohne Exporteure gebaut.</translation>
    </message>
    <message>
        <source>Open a model, or quantize one, then export it.</source>
        <translation>Ein Modell öffnen oder eines quantisieren, dann exportieren.</translation>
    </message>
    <message>
        <source>Choose a folder and a name.</source>
        <translation>Einen Ordner und einen Namen wählen.</translation>
    </message>
    <message>
        <source>The name is that of one file or folder, without &apos;/&apos;.</source>
        <translation>Der Name ist der einer Datei oder eines Ordners, ohne „/“.</translation>
    </message>
    <message>
        <source>There is something at this place. Choose another name, or replace it.</source>
        <translation>An dieser Stelle ist schon etwas. Einen anderen Namen wählen oder es ersetzen.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::ExportModel</name>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>from</source>
        <translation>von</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Anmerkung</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::Guide</name>
    <message>
        <source>1 of 4. Open the demo model: a small trained network that comes with Bitsmith.</source>
        <translation>1 von 4. Das Demomodell öffnen: ein kleines trainiertes Netz, das mit Bitsmith kommt.</translation>
    </message>
    <message>
        <source>2 of 4. Every row of Layers has bits and a recipe. They will do for a start: press Quantize.</source>
        <translation>2 von 4. Jede Zeile unter Schichten hat Bits und ein Rezept. Für den Anfang reichen sie: Quantisieren drücken.</translation>
    </message>
    <message>
        <source>3 of 4. The texts of the demo are filled in: press Run.</source>
        <translation>3 von 4. Die Texte der Demo sind eingetragen: Start drücken.</translation>
    </message>
    <message>
        <source>It runs. The error of each layer appears under Runs; everything else can be used meanwhile.</source>
        <translation>Es läuft. Der Fehler jeder Schicht erscheint unter Läufe; alles andere ist inzwischen benutzbar.</translation>
    </message>
    <message>
        <source>4 of 4. The quantized model is there. Look at its size against its quality.</source>
        <translation>4 von 4. Das quantisierte Modell ist da. Nun seine Größe gegen seine Güte ansehen.</translation>
    </message>
    <message>
        <source>The point is your model: the further left and down, the better. Set other bits in Layers and quantize again for the next one.</source>
        <translation>Der Punkt ist Ihr Modell: je weiter links und unten, desto besser. Unter Schichten andere Bits setzen und noch einmal quantisieren für den nächsten.</translation>
    </message>
    <message>
        <source>Show the &amp;plot</source>
        <translation>&amp;Diagramm zeigen</translation>
    </message>
    <message>
        <source>Bring Experiments to the front</source>
        <translation>Experimente nach vorn holen</translation>
    </message>
    <message>
        <source>Close the &amp;guide</source>
        <translation>Anleitung &amp;schließen</translation>
    </message>
    <message>
        <source>Help &gt; Show the guide brings it back</source>
        <translation>Hilfe &gt; Anleitung zeigen holt sie zurück</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>Anleitung</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::HeatmapView</name>
    <message>
        <source>Error of the matrix, by place</source>
        <translation>Fehler der Matrix, nach Ort</translation>
    </message>
    <message>
        <source>%1 %2, %3 %4: %5 %6</source>
        <translation>%1 %2, %3 %4: %5 %6</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::HistogramView</name>
    <message>
        <source>Lo&amp;garithmic counts</source>
        <translation>Lo&amp;garithmische Anzahl</translation>
    </message>
    <message>
        <source>Histogram over %1</source>
        <translation>Histogramm über %1</translation>
    </message>
    <message>
        <source>Context menu: save as PNG, SVG or CSV</source>
        <translation>Kontextmenü: als PNG, SVG oder CSV speichern</translation>
    </message>
    <message>
        <source>Show counts on a logarithmic axis, so that rare values are seen</source>
        <translation>Anzahlen auf logarithmischer Achse zeigen, damit seltene Werte zu sehen sind</translation>
    </message>
    <message>
        <source>count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>outliers, beyond %1 σ</source>
        <translation>Ausreißer, jenseits von %1 σ</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::InspectorPanel</name>
    <message>
        <source>&amp;Weights</source>
        <translation>&amp;Gewichte</translation>
    </message>
    <message>
        <source>E&amp;rror</source>
        <translation>&amp;Fehler</translation>
    </message>
    <message>
        <source>&amp;Codes</source>
        <translation>&amp;Codes</translation>
    </message>
    <message>
        <source>&amp;Salience</source>
        <translation>&amp;Bedeutung</translation>
    </message>
    <message>
        <source>S&amp;pectrum</source>
        <translation>S&amp;pektrum</translation>
    </message>
    <message>
        <source>Statistics and histogram with the grid&apos;s values</source>
        <translation>Statistik und Histogramm mit den Werten des Gitters</translation>
    </message>
    <message>
        <source>What quantization does to this tensor</source>
        <translation>Was die Quantisierung mit diesem Tensor macht</translation>
    </message>
    <message>
        <source>What the codes are worth, and what coders make of them</source>
        <translation>Was die Codes wert sind, und was Codierer daraus machen</translation>
    </message>
    <message>
        <source>Which weights matter: a picture, channels that stand out</source>
        <translation>Welche Gewichte zählen: ein Bild, Kanäle, die herausragen</translation>
    </message>
    <message>
        <source>Singular values: how many directions there are</source>
        <translation>Singulärwerte: wie viele Richtungen es gibt</translation>
    </message>
    <message>
        <source>Sensiti&amp;vity</source>
        <translation>&amp;Empfindlichkeit</translation>
    </message>
    <message>
        <source>What the model minds: this tensor at each width, and all tensors as a map</source>
        <translation>Was das Modell übelnimmt: dieser Tensor bei jeder Breite, und alle Tensoren als Karte</translation>
    </message>
    <message>
        <source>Bud&amp;get</source>
        <translation>B&amp;udget</translation>
    </message>
    <message>
        <source>Size against predicted loss, for the whole plan</source>
        <translation>Größe gegen vorhergesagten Verlust, für den ganzen Plan</translation>
    </message>
    <message>
        <source>Pipe&amp;line</source>
        <translation>&amp;Ablauf</translation>
    </message>
    <message>
        <source>The recipe&apos;s stages: change them, and see the tensor after each</source>
        <translation>Die Stufen des Rezepts: ändern, und den Tensor nach jeder sehen</translation>
    </message>
    <message>
        <source>No tensor</source>
        <translation>Kein Tensor</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::JobFooter</name>
    <message>
        <source>Waiting for the run before it.</source>
        <translation>Wartet auf den Lauf davor.</translation>
    </message>
    <message>
        <source> · about %1 left</source>
        <translation> · noch etwa %1</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Ab&amp;brechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>What runs goes on, see Runs (Escape)</source>
        <translation>Was läuft, läuft weiter, siehe Läufe (Escape)</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::JobsModel</name>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>estimating</source>
        <translation>wird geschätzt</translation>
    </message>
    <message>
        <source>run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>state</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>remaining</source>
        <translation>übrig</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::LayersModel</name>
    <message>
        <source>mixed</source>
        <translation>gemischt</translation>
    </message>
    <message>
        <source>stored</source>
        <translation>gespeichert</translation>
    </message>
    <message>
        <source>as stored</source>
        <translation>wie gespeichert</translation>
    </message>
    <message>
        <source>outside the blocks</source>
        <translation>außerhalb der Blöcke</translation>
    </message>
    <message>
        <source>block %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>1 tensor</source>
        <translation>1 Tensor</translation>
    </message>
    <message>
        <source>%1 tensors</source>
        <translation>%1 Tensoren</translation>
    </message>
    <message>
        <source>vector</source>
        <translation>Vektor</translation>
    </message>
    <message>
        <source>%1
%2
%3</source>
        <translation>%1
%2
%3</translation>
    </message>
    <message>
        <source>Editing bits or recipe here changes every tensor of this group.</source>
        <translation>Bits oder Rezept hier zu ändern ändert jeden Tensor dieser Gruppe.</translation>
    </message>
    <message>
        <source>%1 is kept as stored.</source>
        <translation>%1 bleibt wie gespeichert.</translation>
    </message>
    <message>
        <source>%1
Quantized on request: only where this row is given a recipe, or by a preset. F2 on the recipe: edit.</source>
        <translation>%1
Wird auf Verlangen quantisiert: nur wo diese Zeile ein Rezept bekommt, oder durch eine Voreinstellung. F2 auf dem Rezept: bearbeiten.</translation>
    </message>
    <message>
        <source>%1
Enter or double-click: show in the inspector. F2: edit.</source>
        <translation>%1
Enter oder Doppelklick: im Inspektor zeigen. F2: bearbeiten.</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>bpw</source>
        <translation>bpw</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>sens.</source>
        <translation>Empf.</translation>
    </message>
    <message>
        <source>KL share</source>
        <translation>KL-Anteil</translation>
    </message>
    <message>
        <source>lock</source>
        <translation>fest</translation>
    </message>
    <message>
        <source>Output features × input features</source>
        <translation>Ausgabemerkmale × Eingabemerkmale</translation>
    </message>
    <message>
        <source>The type of the tensor in the open model</source>
        <translation>Der Typ des Tensors im offenen Modell</translation>
    </message>
    <message>
        <source>Bits of a code; scales and zeros come on top (see bpw). Of entropy-coded integers: the rate, everything counted</source>
        <translation>Bits eines Codes; Skalen und Nullpunkte kommen hinzu (siehe bpw). Bei entropiecodierten Ganzzahlen: die Rate, alles mitgezählt</translation>
    </message>
    <message>
        <source>Predicted bytes, scales and zeros included. ≤: before an entropy coder makes it smaller. ≈: the rate that is aimed at; coding settles it</source>
        <translation>Vorhergesagte Bytes, Skalen und Nullpunkte eingeschlossen. ≤: bevor ein Entropiecodierer es kleiner macht. ≈: die Rate, die angestrebt wird; das Codieren entscheidet</translation>
    </message>
    <message>
        <source>Bits per weight, everything included</source>
        <translation>Bits je Gewicht, alles eingeschlossen</translation>
    </message>
    <message>
        <source>Relative error of the latest run: of the layer&apos;s output where it was calibrated, else of its weights</source>
        <translation>Relativer Fehler des letzten Laufs: der Ausgabe der Schicht, wo kalibriert wurde, sonst ihrer Gewichte</translation>
    </message>
    <message>
        <source>Loss by the chosen metric at the planned width (see Sensitivity in the Inspector); the bar is logarithmic, four decades below the largest</source>
        <translation>Verlust nach der gewählten Metrik bei der geplanten Breite (siehe Empfindlichkeit im Inspektor); der Balken ist logarithmisch, vier Dekaden unter dem größten</translation>
    </message>
    <message>
        <source>Part of the divergence that is predicted for the plan</source>
        <translation>Anteil der Divergenz, die für den Plan vorhergesagt wird</translation>
    </message>
    <message>
        <source>Automatic allocation leaves locked tensors alone</source>
        <translation>Die automatische Verteilung lässt gesperrte Tensoren in Ruhe</translation>
    </message>
    <message>
        <source>Set bits to %1</source>
        <translation>Bits auf %1 setzen</translation>
    </message>
    <message>
        <source>Keep as stored</source>
        <translation>Wie gespeichert lassen</translation>
    </message>
    <message>
        <source>Set recipe to %1</source>
        <translation>Rezept auf %1 setzen</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::LayersPanel</name>
    <message>
        <source>Click a bits or recipe cell of a selected row (or F2) to edit it; all selected rows follow</source>
        <translation>Auf eine Bits- oder Rezeptzelle einer ausgewählten Zeile klicken (oder F2), um sie zu bearbeiten; alle ausgewählten Zeilen folgen</translation>
    </message>
    <message>
        <source>filter: attn.*, *.down_proj.*</source>
        <translation>Filter: attn.*, *.down_proj.*</translation>
    </message>
    <message>
        <source>Show tensors whose name or role fits; * and ? stand for anything (Ctrl+F)</source>
        <translation>Tensoren zeigen, deren Name oder Rolle passt; * und ? stehen für alles (Strg+F)</translation>
    </message>
    <message>
        <source>Predicted size of the whole model with this plan; bits per weight over the quantized tensors, scales and zeros included. Entropy-coded recipes are known exactly only when they are done</source>
        <translation>Vorhergesagte Größe des ganzen Modells mit diesem Plan; Bits je Gewicht über die quantisierten Tensoren, Skalen und Nullpunkte eingeschlossen. Entropiecodierte Rezepte sind erst genau bekannt, wenn sie fertig sind</translation>
    </message>
    <message>
        <source>Set bits to %1</source>
        <translation>Bits auf %1 setzen</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Voreinstellung</translation>
    </message>
    <message>
        <source>Give every tensor the block type of one of llama.cpp&apos;s mixes, such as Q4_K_M; embedding and output head, too. Locked tensors stay as they are. Can be undone</source>
        <translation>Jedem Tensor den Blocktyp einer der Mischungen von llama.cpp geben, etwa Q4_K_M; auch Einbettung und Ausgabekopf. Gesperrte Tensoren bleiben, wie sie sind. Kann rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>Setting…</source>
        <translation>Einstellung…</translation>
    </message>
    <message>
        <source>Give tensors parameters of their recipe, such as the rate of an entropy-coded one. Can be undone</source>
        <translation>Tensoren Parameter ihres Rezepts geben, etwa die Rate eines entropiecodierten. Kann rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>Which tensors, and what they get. For example
    *:rate=3.25    bits per weight, all that is stored counted (ecq, ecq_gptq)
    *.mlp.down:bits=4,group_size=64
    *:encode=rans    codes of any recipe written by the entropy coder</source>
        <translation>Welche Tensoren, und was sie bekommen. Zum Beispiel
    *:rate=3.25    Bits je Gewicht, alles Gespeicherte mitgezählt (ecq, ecq_gptq)
    *.mlp.down:bits=4,group_size=64
    *:encode=rans    Codes jedes Rezepts, vom Entropiecodierer geschrieben</translation>
    </message>
    <message>
        <source>Show in inspector</source>
        <translation>Im Inspektor zeigen</translation>
    </message>
    <message>
        <source>Set &amp;bits</source>
        <translation>&amp;Bits setzen</translation>
    </message>
    <message>
        <source>%1 bits	Ctrl+%1</source>
        <translation>%1 Bit	Ctrl+%1</translation>
    </message>
    <message>
        <source>Set &amp;recipe</source>
        <translation>&amp;Rezept setzen</translation>
    </message>
    <message>
        <source>Set recipe to %1</source>
        <translation>Rezept auf %1 setzen</translation>
    </message>
    <message>
        <source>&amp;Keep as stored</source>
        <translation>&amp;Wie gespeichert lassen</translation>
    </message>
    <message>
        <source>Keep as stored</source>
        <translation>Wie gespeichert lassen</translation>
    </message>
    <message>
        <source>&amp;Lock</source>
        <translation>&amp;Sperren</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>&amp;Unlock</source>
        <translation>&amp;Entsperren</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>Expand all</source>
        <translation>Alle aufklappen</translation>
    </message>
    <message>
        <source>Collapse all</source>
        <translation>Alle zuklappen</translation>
    </message>
    <message>
        <source>No model is open. Open a folder, a .safetensors, .gguf or PyTorch file, or start with the demo model.</source>
        <translation>Kein Modell ist offen. Einen Ordner, eine .safetensors-, .gguf- oder PyTorch-Datei öffnen oder mit dem Demomodell anfangen.</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>%1 wird geöffnet…</translation>
    </message>
    <message>
        <source>%1 (%2 tensors)</source>
        <translation>%1 (%2 Tensoren)</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::Layouts</name>
    <message>
        <source>&amp;Engineer</source>
        <translation>&amp;Ingenieur</translation>
    </message>
    <message>
        <source>The inspector at the right, all else in tabs below</source>
        <translation>Der Inspektor rechts, alles andere unten in Reitern</translation>
    </message>
    <message>
        <source>&amp;Teacher</source>
        <translation>&amp;Lehrer</translation>
    </message>
    <message>
        <source>Lessons and inspector large, for a projector</source>
        <translation>Lektionen und Inspektor groß, für einen Projektor</translation>
    </message>
    <message>
        <source>&amp;Compact</source>
        <translation>&amp;Kompakt</translation>
    </message>
    <message>
        <source>One column of tabs, for small screens and large text</source>
        <translation>Eine Spalte von Reitern, für kleine Bildschirme und große Schrift</translation>
    </message>
    <message>
        <source>Saved by you</source>
        <translation>Von Ihnen gespeichert</translation>
    </message>
    <message>
        <source>The layout %1 is of a version with other panels. Arrange the panels anew and save it again.</source>
        <translation>Die Anordnung %1 ist von einer Version mit anderen Tafeln. Die Tafeln neu anordnen und noch einmal speichern.</translation>
    </message>
    <message>
        <source>&amp;Save layout…</source>
        <translation>Anordnung &amp;speichern…</translation>
    </message>
    <message>
        <source>Keep the panels as they are now, under a name</source>
        <translation>Die Tafeln, wie sie jetzt sind, unter einem Namen aufheben</translation>
    </message>
    <message>
        <source>&amp;Forget layout</source>
        <translation>Anordnung &amp;vergessen</translation>
    </message>
    <message>
        <source>Save layout</source>
        <translation>Anordnung speichern</translation>
    </message>
    <message>
        <source>Name of this arrangement of panels:</source>
        <translation>Name dieser Anordnung der Tafeln:</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::Learn</name>
    <message>
        <source>&amp;All lessons…</source>
        <translation>&amp;Alle Lektionen…</translation>
    </message>
    <message>
        <source>What quantizing does, one live picture at a time</source>
        <translation>Was Quantisieren macht, ein lebendes Bild nach dem anderen</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>Lektion</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::LessonPlayer</name>
    <message>
        <source>Brings that page of the Studio to the front</source>
        <translation>Holt diese Seite des Studios nach vorn</translation>
    </message>
    <message>
        <source>◀ &amp;Back</source>
        <translation>◀ &amp;Zurück</translation>
    </message>
    <message>
        <source>The step before (Left, Page Up)</source>
        <translation>Der Schritt davor (Links, Bild auf)</translation>
    </message>
    <message>
        <source>&amp;Next ▶</source>
        <translation>&amp;Weiter ▶</translation>
    </message>
    <message>
        <source>The next step (Right, Page Down, Space)</source>
        <translation>Der nächste Schritt (Rechts, Bild ab, Leertaste)</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Lesson text</source>
        <translation>Text der Lektion</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>See it in the Studio: %1</source>
        <translation>Im Studio ansehen: %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::LessonWindow</name>
    <message>
        <source>&amp;All lessons</source>
        <translation>&amp;Alle Lektionen</translation>
    </message>
    <message>
        <source>The list of all lessons (Escape)</source>
        <translation>Die Liste aller Lektionen (Escape)</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>&amp;Hoher Kontrast</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>&amp;Ganzer Bildschirm</translation>
    </message>
    <message>
        <source>Lessons</source>
        <translation>Lektionen</translation>
    </message>
    <message>
        <source>Enter or double-click opens a lesson</source>
        <translation>Enter oder Doppelklick öffnet eine Lektion</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Text size, contrast, full screen</source>
        <translation>Schriftgröße, Kontrast, ganzer Bildschirm</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>Lektion</translation>
    </message>
    <message>
        <source>%1. %2   ·   %3 min%4
%5</source>
        <translation>%1. %2   ·   %3 min%4
%5</translation>
    </message>
    <message>
        <source>   ·   ✓ done</source>
        <translation>   ·   ✓ fertig</translation>
    </message>
    <message>
        <source>Learn: what quantizing does, one live picture at a time</source>
        <translation>Lernen: was Quantisieren macht, ein lebendes Bild nach dem anderen</translation>
    </message>
    <message>
        <source>Learn – Bitsmith Studio</source>
        <translation>Lernen – Bitsmith Studio</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;  ·  %2 min</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;  ·  %2 min</translation>
    </message>
    <message>
        <source>%1 – Learn – Bitsmith Studio</source>
        <translation>%1 – Lernen – Bitsmith Studio</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::LoadStudyDialog</name>
    <message>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <source>What was timed</source>
        <translation>Was gestoppt wurde</translation>
    </message>
    <message>
        <source>rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Decoding: of decoded bytes</source>
        <translation>Decodieren: von decodierten Bytes</translation>
    </message>
    <message>
        <source>how</source>
        <translation>wie</translation>
    </message>
    <message>
        <source>The way it was measured</source>
        <translation>Wie gemessen wurde</translation>
    </message>
    <message>
        <source>into memory</source>
        <translation>in den Speicher</translation>
    </message>
    <message>
        <source>The whole file</source>
        <translation>Die ganze Datei</translation>
    </message>
    <message>
        <source>cold</source>
        <translation>kalt</translation>
    </message>
    <message>
        <source>From the medium, the fastest of the repeats</source>
        <translation>Vom Datenträger, die schnellste der Wiederholungen</translation>
    </message>
    <message>
        <source>expected</source>
        <translation>erwartet</translation>
    </message>
    <message>
        <source>By the rates above: the slower of reading and decoding</source>
        <translation>Nach den Raten oben: das Langsamere von Lesen und Decodieren</translation>
    </message>
    <message>
        <source>warm</source>
        <translation>warm</translation>
    </message>
    <message>
        <source>From the page cache</source>
        <translation>Aus dem Seitencache</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/s</translation>
    </message>
    <message>
        <source>–</source>
        <translation>–</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Load study</source>
        <translation>Ladestudie</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>Run the study; other runs wait, since they would disturb it</source>
        <translation>Die Studie ausführen; andere Läufe warten, da sie stören würden</translation>
    </message>
    <message>
        <source>Stop; temporary files are removed</source>
        <translation>Anhalten; temporäre Dateien werden entfernt</translation>
    </message>
    <message>
        <source>Files are prepared, read, decoded and loaded</source>
        <translation>Dateien werden vorbereitet, gelesen, decodiert und geladen</translation>
    </message>
    <message>
        <source>Does compression make models load faster on this machine? The study reads a file cold and warm, decodes it with one core and with all, and loads it both ways. Everything is measured here, on the medium that the temporary files lie on.</source>
        <translation>Laden Modelle auf diesem Rechner komprimiert schneller? Die Studie liest eine Datei kalt und warm, decodiert sie mit einem Kern und mit allen und lädt sie auf beide Arten. Alles wird hier gemessen, auf dem Datenträger der temporären Dateien.</translation>
    </message>
    <message>
        <source>A safetensors or GGUF file, or one that Bitsmith compressed; empty: bfloat16 weights are made for the study</source>
        <translation>Eine safetensors- oder GGUF-Datei oder eine, die Bitsmith komprimiert hat; leer: für die Studie werden bfloat16-Gewichte gemacht</translation>
    </message>
    <message>
        <source>weights made for the study</source>
        <translation>für die Studie gemachte Gewichte</translation>
    </message>
    <message>
        <source>How large the weights are that are made; more than the drive&apos;s own cache tells more</source>
        <translation>Wie groß die Gewichte sind, die gemacht werden; mehr als der eigene Cache des Laufwerks sagt mehr</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>How often each load is repeated; the fastest counts</source>
        <translation>Wie oft jedes Laden wiederholt wird; das schnellste zählt</translation>
    </message>
    <message>
        <source>&amp;repeats</source>
        <translation>&amp;Wiederholungen</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Si&amp;ze</source>
        <translation>Grö&amp;ße</translation>
    </message>
    <message>
        <source>What the medium delivers and the cores decode</source>
        <translation>Was der Datenträger liefert und die Kerne decodieren</translation>
    </message>
    <message>
        <source>Loading as it is and compressed</source>
        <translation>Laden, wie es ist und komprimiert</translation>
    </message>
    <message>
        <source>There is no such file.</source>
        <translation>Eine solche Datei gibt es nicht.</translation>
    </message>
    <message>
        <source>Preparing files…</source>
        <translation>Dateien werden vorbereitet…</translation>
    </message>
    <message>
        <source>Cancelled before anything was measured.</source>
        <translation>Abgebrochen, bevor etwas gemessen war.</translation>
    </message>
    <message>
        <source>Cancelled; temporary files were removed.</source>
        <translation>Abgebrochen; temporäre Dateien wurden entfernt.</translation>
    </message>
    <message>
        <source>%1: %2, compressed %3 (%4), on %5</source>
        <translation>%1: %2, komprimiert %3 (%4), auf %5</translation>
    </message>
    <message>
        <source>reading, cold</source>
        <translation>Lesen, kalt</translation>
    </message>
    <message>
        <source>reading, warm</source>
        <translation>Lesen, warm</translation>
    </message>
    <message>
        <source>decoding, 1 thread</source>
        <translation>Decodieren, 1 Thread</translation>
    </message>
    <message>
        <source>decoding, %1 threads</source>
        <translation>Decodieren, %1 Threads</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>wie es ist</translation>
    </message>
    <message>
        <source>compressed</source>
        <translation>komprimiert</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::LogPanel</name>
    <message>
        <source>Messages of the engine and of this window; Ctrl+C copies a selection</source>
        <translation>Meldungen des Rechenkerns und dieses Fensters; Strg+C kopiert eine Auswahl</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>Warnungen und Fehler</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>Was gezeigt wird</translation>
    </message>
    <message>
        <source>filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Show messages that contain this, or fit a pattern with * and ?</source>
        <translation>Meldungen zeigen, die dies enthalten oder einem Muster mit * und ? entsprechen</translation>
    </message>
    <message>
        <source>&amp;Copy all</source>
        <translation>Alles &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy what is shown to the clipboard</source>
        <translation>Was gezeigt wird, in die Zwischenablage kopieren</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>&amp;Speichern…</translation>
    </message>
    <message>
        <source>Write what is shown to a file</source>
        <translation>Was gezeigt wird, in eine Datei schreiben</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>&amp;Leeren</translation>
    </message>
    <message>
        <source>Forget all messages</source>
        <translation>Alle Meldungen vergessen</translation>
    </message>
    <message>
        <source>Save log</source>
        <translation>Protokoll speichern</translation>
    </message>
    <message>
        <source>Text files (*.log *.txt)</source>
        <translation>Textdateien (*.log *.txt)</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>info</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>No messages yet. What the engine reports while it works, and every error with its full text, is kept here.</source>
        <translation>Noch keine Meldungen. Was der Rechenkern bei der Arbeit meldet, und jeder Fehler mit vollem Text, wird hier aufgehoben.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::MainWindow</name>
    <message>
        <source>Bitsmith Studio</source>
        <translation>Bitsmith Studio</translation>
    </message>
    <message>
        <source>Main</source>
        <translation>Haupt</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Experiments</source>
        <translation>Experimente</translation>
    </message>
    <message>
        <source>Playground</source>
        <translation>Spielplatz</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Anordnung</translation>
    </message>
    <message>
        <source>Go to %1</source>
        <translation>Zu %1 gehen</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Progress of the running job; see Runs (Alt+2)</source>
        <translation>Fortschritt des laufenden Auftrags; siehe Läufe (Alt+2)</translation>
    </message>
    <message>
        <source>What the plan&apos;s target says of it; the list is under Layers</source>
        <translation>Was das Ziel des Plans dazu sagt; die Liste steht unter Schichten</translation>
    </message>
    <message>
        <source>%1 – Bitsmith Studio</source>
        <translation>%1 – Bitsmith Studio</translation>
    </message>
    <message>
        <source>%1 · %2 · %3 parameters · %4</source>
        <translation>%1 · %2 · %3 Parameter · %4</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>Wird geöffnet…</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>Kein Modell</translation>
    </message>
    <message>
        <source> · about %1 left</source>
        <translation> · noch etwa %1</translation>
    </message>
    <message>
        <source> · %1 waiting</source>
        <translation> · %1 warten</translation>
    </message>
    <message>
        <source>A run is not finished</source>
        <translation>Ein Lauf ist nicht fertig</translation>
    </message>
    <message>
        <source>A run is not finished. Cancel it and close? Finished tensors are kept, and the run can be resumed.</source>
        <translation>Ein Lauf ist nicht fertig. Abbrechen und schließen? Fertige Tensoren bleiben, und der Lauf kann fortgesetzt werden.</translation>
    </message>
    <message>
        <source>&amp;Cancel the run and close</source>
        <translation>Lauf &amp;abbrechen und schließen</translation>
    </message>
    <message>
        <source>&amp;Keep running</source>
        <translation>&amp;Weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten…</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::MessageBar</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy this message</source>
        <translation>Diese Meldung kopieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close this message (Escape); the Log keeps it</source>
        <translation>Diese Meldung schließen (Escape); das Protokoll behält sie</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::ParetoChart</name>
    <message>
        <source>Size against predicted loss</source>
        <translation>Größe gegen vorhergesagten Verlust</translation>
    </message>
    <message>
        <source>Click: this size becomes the budget. Context menu: save</source>
        <translation>Klick: diese Größe wird das Budget. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>best mix of widths</source>
        <translation>beste Mischung der Breiten</translation>
    </message>
    <message>
        <source>one width for all</source>
        <translation>eine Breite für alle</translation>
    </message>
    <message>
        <source>experiments, measured</source>
        <translation>Experimente, gemessen</translation>
    </message>
    <message>
        <source>this plan</source>
        <translation>dieser Plan</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::PathField</name>
    <message>
        <source>Browse…</source>
        <translation>Suchen…</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::PictureMenu</name>
    <message>
        <source>Save &amp;picture (PNG)…</source>
        <translation>&amp;Bild speichern (PNG)…</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>PNG images (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <source>Save &amp;drawing (SVG)…</source>
        <translation>&amp;Zeichnung speichern (SVG)…</translation>
    </message>
    <message>
        <source>Save drawing</source>
        <translation>Zeichnung speichern</translation>
    </message>
    <message>
        <source>SVG drawings (*.svg)</source>
        <translation>SVG-Zeichnungen (*.svg)</translation>
    </message>
    <message>
        <source>Save d&amp;ata (CSV)…</source>
        <translation>&amp;Daten speichern (CSV)…</translation>
    </message>
    <message>
        <source>Save data</source>
        <translation>Daten speichern</translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation>CSV-Dateien (*.csv)</translation>
    </message>
    <message>
        <source>Pictures and data (*.png *.svg *.csv)</source>
        <translation>Bilder und Daten (*.png *.svg *.csv)</translation>
    </message>
    <message>
        <source>Pictures (*.png *.svg)</source>
        <translation>Bilder (*.png *.svg)</translation>
    </message>
    <message>
        <source>Save as PNG, SVG or CSV, by the suffix</source>
        <translation>Als PNG, SVG oder CSV speichern, nach der Endung</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::PictureSource</name>
    <message>
        <source>The model is being opened…</source>
        <translation>Das Modell wird geöffnet…</translation>
    </message>
    <message>
        <source>No model is open, so this is the lesson&apos;s own example. Open a model (or the demo model) to see your weights here.</source>
        <translation>Kein Modell ist offen, deshalb ist dies das eigene Beispiel der Lektion. Ein Modell (oder das Demomodell) öffnen, um hier die eigenen Gewichte zu sehen.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::PictureView</name>
    <message>
        <source>Show this with my &amp;weights</source>
        <translation>Mit meinen &amp;Gewichten zeigen</translation>
    </message>
    <message>
        <source>Use the open model&apos;s active tensor instead of the lesson&apos;s example</source>
        <translation>Den aktiven Tensor des offenen Modells statt des Beispiels der Lektion benutzen</translation>
    </message>
    <message>
        <source>Open the &amp;demo model</source>
        <translation>&amp;Demomodell öffnen</translation>
    </message>
    <message>
        <source>A small trained model that comes with Bitsmith</source>
        <translation>Ein kleines trainiertes Modell, das mit Bitsmith kommt</translation>
    </message>
    <message>
        <source>Show this with my &amp;model</source>
        <translation>Mit meinem &amp;Modell zeigen</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>&amp;Abspielen</translation>
    </message>
    <message>
        <source>Goes on by itself; again: stops</source>
        <translation>Läuft von selbst weiter; noch einmal: hält an</translation>
    </message>
    <message>
        <source>Steps per second while it plays</source>
        <translation>Schritte je Sekunde beim Abspielen</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>This picture does not exist.</source>
        <translation>Dieses Bild gibt es nicht.</translation>
    </message>
    <message>
        <source>Waiting for the last change…</source>
        <translation>Wartet auf die letzte Änderung…</translation>
    </message>
    <message>
        <source>Reading the tensor…</source>
        <translation>Der Tensor wird gelesen…</translation>
    </message>
    <message>
        <source>Lesson: %1</source>
        <translation>Lektion: %1</translation>
    </message>
    <message>
        <source>Working… everything else stays usable.</source>
        <translation>Es wird gerechnet… alles andere bleibt benutzbar.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::PipelinePage</name>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nach</translation>
    </message>
    <message>
        <source>The stage, in the order of work</source>
        <translation>Die Stufe, in der Reihenfolge der Arbeit</translation>
    </message>
    <message>
        <source>peak</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>The largest weight, in standard deviations: what a group&apos;s scale has to reach</source>
        <translation>Das größte Gewicht, in Standardabweichungen: wie weit die Skala einer Gruppe reichen muss</translation>
    </message>
    <message>
        <source>kurtosis</source>
        <translation>Wölbung</translation>
    </message>
    <message>
        <source>3 for a normal distribution; more: outliers</source>
        <translation>3 bei einer Normalverteilung; mehr: Ausreißer</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>‖W − Wq‖² / ‖W‖², from rounding on</source>
        <translation>‖W − Wq‖² / ‖W‖², ab dem Runden</translation>
    </message>
    <message>
        <source>beside</source>
        <translation>daneben</translation>
    </message>
    <message>
        <source>Bytes kept beside the codes so far</source>
        <translation>Bytes, die bis dahin neben den Codes aufgehoben werden</translation>
    </message>
    <message>
        <source>&amp;Apply</source>
        <translation>&amp;Anwenden</translation>
    </message>
    <message>
        <source>Give this tensor the changed recipe; can be undone</source>
        <translation>Diesem Tensor das geänderte Rezept geben; kann rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>Apply to a&amp;ll</source>
        <translation>Auf a&amp;lle</translation>
    </message>
    <message>
        <source>Give every quantized tensor the changed recipe; can be undone</source>
        <translation>Jedem quantisierten Tensor das geänderte Rezept geben; kann rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>The tensor after each stage; a row shows its histogram</source>
        <translation>Der Tensor nach jeder Stufe; eine Zeile zeigt ihr Histogramm</translation>
    </message>
    <message>
        <source>Open a model, then press Enter on a tensor in Layers (or double-click it) to see what each stage of its recipe makes of it.</source>
        <translation>Ein Modell öffnen, dann unter Schichten Enter auf einem Tensor drücken (oder doppelklicken), um zu sehen, was jede Stufe seines Rezepts aus ihm macht.</translation>
    </message>
    <message>
        <source>%1 is kept as stored. Give it a recipe in Layers to see its stages.</source>
        <translation>%1 bleibt wie gespeichert. Unter Schichten ein Rezept geben, um seine Stufen zu sehen.</translation>
    </message>
    <message>
        <source>%1 lies outside the blocks, where inputs are not measured; its recipe needs that.</source>
        <translation>%1 liegt außerhalb der Blöcke, wo Eingaben nicht gemessen werden; sein Rezept braucht das.</translation>
    </message>
    <message>
        <source>The recipe %1 works on what reaches the layer: calibrate first.</source>
        <translation>Das Rezept %1 arbeitet mit dem, was die Schicht erreicht: zuerst kalibrieren.</translation>
    </message>
    <message>
        <source>Taking %1 through its stages…</source>
        <translation>%1 durchläuft seine Stufen…</translation>
    </message>
    <message>
        <source>Error of the layer&apos;s output &lt;b&gt;%1&lt;/b&gt;, of its weights %2</source>
        <translation>Fehler der Ausgabe der Schicht &lt;b&gt;%1&lt;/b&gt;, ihrer Gewichte %2</translation>
    </message>
    <message>
        <source>Error of the weights &lt;b&gt;%1&lt;/b&gt; (calibrate to see the output&apos;s)</source>
        <translation>Fehler der Gewichte &lt;b&gt;%1&lt;/b&gt; (kalibrieren, um den der Ausgabe zu sehen)</translation>
    </message>
    <message>
        <source> · %1 bits per weight</source>
        <translation> · %1 Bit je Gewicht</translation>
    </message>
    <message>
        <source> · before, with %1 bits: %2</source>
        <translation> · vorher, mit %1 Bit: %2</translation>
    </message>
    <message>
        <source> · %1 of its %2 rows were looked at</source>
        <translation> · %1 seiner %2 Zeilen wurden angesehen</translation>
    </message>
    <message>
        <source>Change %1 of %2</source>
        <translation>%1 von %2 ändern</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::PlaygroundPanel</name>
    <message>
        <source>%1 tokens · %2 tokens/s · prompt of %3 in %4</source>
        <translation>%1 Token · %2 Token/s · Eingabe von %3 in %4</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>&amp;Erzeugen</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Prompt, for example: Once upon a time</source>
        <translation>Eingabe, zum Beispiel: Once upon a time</translation>
    </message>
    <message>
        <source>Once upon a time</source>
        <translation>Once upon a time</translation>
    </message>
    <message>
        <source>Text that both models continue (Enter starts)</source>
        <translation>Text, den beide Modelle fortsetzen (Enter beginnt)</translation>
    </message>
    <message>
        <source>At most so many tokens</source>
        <translation>Höchstens so viele Token</translation>
    </message>
    <message>
        <source>0: always the most likely token; higher: more variety</source>
        <translation>0: immer das wahrscheinlichste Token; höher: mehr Abwechslung</translation>
    </message>
    <message>
        <source>The same seed draws the same random numbers for both models</source>
        <translation>Derselbe Startwert zieht für beide Modelle dieselben Zufallszahlen</translation>
    </message>
    <message>
        <source>Continue the prompt with both models</source>
        <translation>Die Eingabe mit beiden Modellen fortsetzen</translation>
    </message>
    <message>
        <source>Stop generating</source>
        <translation>Das Erzeugen anhalten</translation>
    </message>
    <message>
        <source>Which quantized model is on the right</source>
        <translation>Welches quantisierte Modell rechts steht</translation>
    </message>
    <message>
        <source>&amp;tokens</source>
        <translation>&amp;Token</translation>
    </message>
    <message>
        <source>tem&amp;perature</source>
        <translation>&amp;Temperatur</translation>
    </message>
    <message>
        <source>see&amp;d</source>
        <translation>&amp;Startwert</translation>
    </message>
    <message>
        <source>Text of the original</source>
        <translation>Text des Originals</translation>
    </message>
    <message>
        <source>Text of the quantized model</source>
        <translation>Text des quantisierten Modells</translation>
    </message>
    <message>
        <source>What the original says. Colour: how far the quantized model is from it at each token (KL divergence)</source>
        <translation>Was das Original sagt. Farbe: wie weit das quantisierte Modell bei jedem Token davon entfernt ist (KL-Divergenz)</translation>
    </message>
    <message>
        <source>What the quantized model says. Colour: how far it is from the original at each token (KL divergence)</source>
        <translation>Was das quantisierte Modell sagt. Farbe: wie weit es bei jedem Token vom Original entfernt ist (KL-Divergenz)</translation>
    </message>
    <message>
        <source>The original&apos;s text appears here.</source>
        <translation>Hier erscheint der Text des Originals.</translation>
    </message>
    <message>
        <source>The quantized model&apos;s text appears here.</source>
        <translation>Hier erscheint der Text des quantisierten Modells.</translation>
    </message>
    <message>
        <source>Open a model to let it write here, beside its quantized version.</source>
        <translation>Ein Modell öffnen, um es hier schreiben zu lassen, neben seiner quantisierten Fassung.</translation>
    </message>
    <message>
        <source>Original: %1</source>
        <translation>Original: %1</translation>
    </message>
    <message>
        <source>last run: %1</source>
        <translation>letzter Lauf: %1</translation>
    </message>
    <message>
        <source>%1: %2, %3 bpw</source>
        <translation>%1: %2, %3 bpw</translation>
    </message>
    <message>
        <source>nothing quantized yet</source>
        <translation>noch nichts quantisiert</translation>
    </message>
    <message>
        <source>Nothing is quantized yet: press Quantize first.</source>
        <translation>Noch ist nichts quantisiert: zuerst Quantisieren drücken.</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Original: %1 · </source>
        <translation>Original: %1 · </translation>
    </message>
    <message>
        <source>Both models write the same.</source>
        <translation>Beide Modelle schreiben dasselbe.</translation>
    </message>
    <message>
        <source>The texts part at token %1. Colour: KL divergence of the quantized model from the original at each token; half strength at 0.5 nats.</source>
        <translation>Die Texte trennen sich bei Token %1. Farbe: KL-Divergenz des quantisierten Modells vom Original bei jedem Token; halbe Stärke bei 0,5 nats.</translation>
    </message>
    <message>
        <source>Compare tokens</source>
        <translation>Token vergleichen</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::ProblemsModel</name>
    <message>
        <source>the model</source>
        <translation>das Modell</translation>
    </message>
    <message>
        <source>%1
%2
%3
%4</source>
        <translation>%1
%2
%3
%4</translation>
    </message>
    <message>
        <source>The target cannot load this.</source>
        <translation>Das Ziel kann dies nicht laden.</translation>
    </message>
    <message>
        <source>The target loads this, but not as well.</source>
        <translation>Das Ziel lädt dies, aber weniger gut.</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>what to do</source>
        <translation>was zu tun ist</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::ProgressDelegate</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::QuantizeDialog</name>
    <message>
        <source>Folder of the quantized model; it opens again like any model</source>
        <translation>Ordner des quantisierten Modells; er lässt sich wieder öffnen wie jedes Modell</translation>
    </message>
    <message>
        <source>Plain text for calibration; without one only data-free recipes run</source>
        <translation>Reiner Text zum Kalibrieren; ohne einen laufen nur Rezepte ohne Daten</translation>
    </message>
    <message>
        <source>An importance matrix (.gguf or .dat), as llama.cpp&apos;s tools and bitsmith calibrate write it: block types weigh their errors by it. No text is run</source>
        <translation>Eine Wichtigkeitsmatrix (.gguf oder .dat), wie die Werkzeuge von llama.cpp und bitsmith calibrate sie schreiben: Blocktypen gewichten ihre Fehler damit. Kein Text wird ausgeführt</translation>
    </message>
    <message>
        <source>Samples drawn from the calibration text</source>
        <translation>Stichproben, die aus dem Kalibrierungstext gezogen werden</translation>
    </message>
    <message>
        <source>Tokens per sample; automatic: the model&apos;s own, at most 2048</source>
        <translation>Token je Stichprobe; automatisch: die des Modells, höchstens 2048</translation>
    </message>
    <message>
        <source>The same seed gives the same bytes</source>
        <translation>Derselbe Startwert gibt dieselben Bytes</translation>
    </message>
    <message>
        <source>&amp;Go on with the interrupted run in this folder</source>
        <translation>Mit dem unterbrochenen Lauf in diesem Ordner &amp;fortfahren</translation>
    </message>
    <message>
        <source>&amp;Evaluate when done, against the original</source>
        <translation>Am Ende gegen das Original aus&amp;werten</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>Quantisieren</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>Finished tensors are kept. Without it the run begins anew</source>
        <translation>Fertige Tensoren bleiben. Ohne dies beginnt der Lauf von vorn</translation>
    </message>
    <message>
        <source>Measures perplexity and KL divergence right after, for the plot in Experiments</source>
        <translation>Misst gleich danach Perplexität und KL-Divergenz, für das Diagramm unter Experimente</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>What tells which inputs matter: a text that the model reads now, or sums that were measured before</source>
        <translation>Was sagt, welche Eingaben zählen: ein Text, den das Modell jetzt liest, oder Summen, die früher gemessen wurden</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>ein Text</translation>
    </message>
    <message>
        <source>an importance matrix</source>
        <translation>eine Wichtigkeitsmatrix</translation>
    </message>
    <message>
        <source>Output &amp;folder</source>
        <translation>Ausgabe&amp;ordner</translation>
    </message>
    <message>
        <source>Calibrate &amp;with</source>
        <translation>Kalibrieren &amp;mit</translation>
    </message>
    <message>
        <source>&amp;Calibration text</source>
        <translation>&amp;Kalibrierungstext</translation>
    </message>
    <message>
        <source>&amp;Importance matrix</source>
        <translation>&amp;Wichtigkeitsmatrix</translation>
    </message>
    <message>
        <source>of</source>
        <translation>von</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>see&amp;d</source>
        <translation>&amp;Startwert</translation>
    </message>
    <message>
        <source>&amp;Samples</source>
        <translation>&amp;Stichproben</translation>
    </message>
    <message>
        <source>No tensor has a recipe. Set bits in Layers first.</source>
        <translation>Kein Tensor hat ein Rezept. Zuerst unter Schichten Bits setzen.</translation>
    </message>
    <message>
        <source>Choose an output folder.</source>
        <translation>Einen Ausgabeordner wählen.</translation>
    </message>
    <message>
        <source>Choose an importance matrix.</source>
        <translation>Eine Wichtigkeitsmatrix wählen.</translation>
    </message>
    <message>
        <source>There is no importance matrix at this path.</source>
        <translation>Unter diesem Pfad gibt es keine Wichtigkeitsmatrix.</translation>
    </message>
    <message>
        <source>This plan has recipes that need a calibration text: an importance matrix does not say how inputs go together. Calibrate with a text, or use data-free recipes.</source>
        <translation>Dieser Plan hat Rezepte, die einen Kalibrierungstext brauchen: eine Wichtigkeitsmatrix sagt nicht, wie Eingaben zusammenhängen. Mit einem Text kalibrieren oder Rezepte ohne Daten benutzen.</translation>
    </message>
    <message>
        <source>There is no calibration text at this path.</source>
        <translation>Unter diesem Pfad gibt es keinen Kalibrierungstext.</translation>
    </message>
    <message>
        <source>This plan has recipes that need calibration: choose a text, or use data-free recipes.</source>
        <translation>Dieser Plan hat Rezepte, die Kalibrierung brauchen: einen Text wählen oder Rezepte ohne Daten benutzen.</translation>
    </message>
    <message>
        <source>There is no evaluation text at this path.</source>
        <translation>Unter diesem Pfad gibt es keinen Text zum Auswerten.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::QuestionBox</name>
    <message>
        <source>Key %1</source>
        <translation>Schlüssel %1</translation>
    </message>
    <message>
        <source>Right.</source>
        <translation>Richtig.</translation>
    </message>
    <message>
        <source>Not quite.</source>
        <translation>Nicht ganz.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::RecipeChart</name>
    <message>
        <source>Bits per weight against error, a point per recipe</source>
        <translation>Bits je Gewicht gegen Fehler, ein Punkt je Rezept</translation>
    </message>
    <message>
        <source>Points below the lines do better than plain rounding and the best cheap method with the same bits. Click a point to find it in the table. Context menu: save</source>
        <translation>Punkte unter den Linien sind bei gleichen Bits besser als einfaches Runden und die beste billige Methode. Ein Klick auf einen Punkt findet ihn in der Tabelle. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>rtn</source>
        <translation>rtn</translation>
    </message>
    <message>
        <source>best cheap</source>
        <translation>beste billige</translation>
    </message>
    <message>
        <source>bits per weight, everything counted</source>
        <translation>Bits je Gewicht, alles mitgezählt</translation>
    </message>
    <message>
        <source>mean KL divergence, nats</source>
        <translation>mittlere KL-Divergenz, nats</translation>
    </message>
    <message>
        <source>relative error of the output</source>
        <translation>relativer Fehler der Ausgabe</translation>
    </message>
    <message>
        <source>relative error of the weights</source>
        <translation>relativer Fehler der Gewichte</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::RecipeDelegate</name>
    <message>
        <source>How these tensors are quantized. Changes all selected rows.</source>
        <translation>Wie diese Tensoren quantisiert werden. Ändert alle ausgewählten Zeilen.</translation>
    </message>
    <message>
        <source>as stored</source>
        <translation>wie gespeichert</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::RecipeList</name>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>needs a calibration text</source>
        <translation>braucht einen Kalibrierungstext</translation>
    </message>
    <message>
        <source>needs no data</source>
        <translation>braucht keine Daten</translation>
    </message>
    <message>
        <source>calibrates anew after each layer (slower)</source>
        <translation>kalibriert nach jeder Schicht neu (langsamer)</translation>
    </message>
    <message>
        <source>entropy-coded container</source>
        <translation>entropiecodierter Container</translation>
    </message>
    <message>
        <source>Filter: a word of title, summary or paper</source>
        <translation>Filter: ein Wort aus Titel, Kurzfassung oder Arbeit</translation>
    </message>
    <message>
        <source>Filter recipes</source>
        <translation>Rezepte filtern</translation>
    </message>
    <message>
        <source>Recipes</source>
        <translation>Rezepte</translation>
    </message>
    <message>
        <source>Tick recipes (space) to compare them</source>
        <translation>Rezepte ankreuzen (Leertaste), um sie zu vergleichen</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::RecipeResults</name>
    <message>
        <source>nothing to compare with</source>
        <translation>nichts zum Vergleichen</translation>
    </message>
    <message>
        <source>loses: %1 ×</source>
        <translation>verliert: %1 ×</translation>
    </message>
    <message>
        <source>wins: %1 ×</source>
        <translation>gewinnt: %1 ×</translation>
    </message>
    <message>
        <source>%1, %2 bits</source>
        <translation>%1, %2 Bit</translation>
    </message>
    <message>
        <source>not possible: %1</source>
        <translation>nicht möglich: %1</translation>
    </message>
    <message>
        <source>recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>Recipe and width</source>
        <translation>Rezept und Breite</translation>
    </message>
    <message>
        <source>bits/weight</source>
        <translation>Bits/Gewicht</translation>
    </message>
    <message>
        <source>Exact, scales and everything beside the codes counted</source>
        <translation>Genau, Skalen und alles neben den Codes mitgezählt</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Of the layer&apos;s output on the calibration text (of the weights without one), or the whole model&apos;s mean KL divergence in nats</source>
        <translation>Der Ausgabe der Schicht auf dem Kalibrierungstext (ohne einen: der Gewichte), oder die mittlere KL-Divergenz des ganzen Modells in nats</translation>
    </message>
    <message>
        <source>rtn</source>
        <translation>rtn</translation>
    </message>
    <message>
        <source>Error of round to nearest at the same bits per weight, between its own widths and group sizes</source>
        <translation>Fehler des Rundens zum nächsten bei denselben Bits je Gewicht, zwischen seinen eigenen Breiten und Gruppengrößen</translation>
    </message>
    <message>
        <source>best cheap</source>
        <translation>beste billige</translation>
    </message>
    <message>
        <source>The best of rtn, rtn_mse and hqq at the same bits</source>
        <translation>Die beste von rtn, rtn_mse und hqq bei denselben Bits</translation>
    </message>
    <message>
        <source>against it</source>
        <translation>dagegen</translation>
    </message>
    <message>
        <source>Error divided by that of the best cheap method: above 1 it loses</source>
        <translation>Fehler geteilt durch den der besten billigen Methode: über 1 verliert es</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Of quantizing</source>
        <translation>Des Quantisierens</translation>
    </message>
    <message>
        <source>Click a heading to sort, a row to find it in the chart</source>
        <translation>Ein Klick auf eine Überschrift sortiert, auf eine Zeile findet sie im Diagramm</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::RecipesDialog</name>
    <message>
        <source>Widths to compare; recipes that have only their own use that</source>
        <translation>Breiten zum Vergleichen; Rezepte, die nur ihre eigene haben, benutzen diese</translation>
    </message>
    <message>
        <source>Text that the model is calibrated with. Without one errors are of the weights, and recipes that need one are left out</source>
        <translation>Text, mit dem das Modell kalibriert wird. Ohne einen sind Fehler die der Gewichte, und Rezepte, die einen brauchen, bleiben weg</translation>
    </message>
    <message>
        <source>Text that was not calibrated with: the divergence is measured there</source>
        <translation>Text, mit dem nicht kalibriert wurde: dort wird die Divergenz gemessen</translation>
    </message>
    <message>
        <source>&amp;Held-out text</source>
        <translation>Zurück&amp;gehaltener Text</translation>
    </message>
    <message>
        <source>&amp;Use for the plan</source>
        <translation>Im Plan ben&amp;utzen</translation>
    </message>
    <message>
        <source>Give every quantized tensor that is not locked the recipe that is current in the list; can be undone</source>
        <translation>Jedem quantisierten Tensor, der nicht gesperrt ist, das aktuelle Rezept der Liste geben; kann rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>&amp;Compare</source>
        <translation>&amp;Vergleichen</translation>
    </message>
    <message>
        <source>Quantize with every ticked recipe; single tensors in memory, the whole model as experiments</source>
        <translation>Mit jedem angekreuzten Rezept quantisieren; einzelne Tensoren im Speicher, das ganze Modell als Experimente</translation>
    </message>
    <message>
        <source>Stop; what was found so far is kept</source>
        <translation>Anhalten; was bisher gefunden wurde, bleibt</translation>
    </message>
    <message>
        <source>How much of the comparison is done</source>
        <translation>Wie viel des Vergleichs fertig ist</translation>
    </message>
    <message>
        <source>Recipes</source>
        <translation>Rezepte</translation>
    </message>
    <message>
        <source>the active tensor</source>
        <translation>dem aktiven Tensor</translation>
    </message>
    <message>
        <source>all tensors of the plan</source>
        <translation>allen Tensoren des Plans</translation>
    </message>
    <message>
        <source>the whole model</source>
        <translation>dem ganzen Modell</translation>
    </message>
    <message>
        <source>Single tensors: errors of layers, in seconds. The whole model: every point is quantized, measured and kept as an experiment</source>
        <translation>Einzelne Tensoren: Fehler der Schichten, in Sekunden. Das ganze Modell: jeder Punkt wird quantisiert, gemessen und als Experiment aufgehoben</translation>
    </message>
    <message>
        <source>Sequences drawn from the calibration text</source>
        <translation>Folgen, die aus dem Kalibrierungstext gezogen werden</translation>
    </message>
    <message>
        <source>&amp;Bits</source>
        <translation>&amp;Bits</translation>
    </message>
    <message>
        <source>&amp;On</source>
        <translation>&amp;Auf</translation>
    </message>
    <message>
        <source>Calibration te&amp;xt</source>
        <translation>Kalibrierungste&amp;xt</translation>
    </message>
    <message>
        <source>Sa&amp;mples</source>
        <translation>Stich&amp;proben</translation>
    </message>
    <message>
        <source>Open a model to compare recipes on it.</source>
        <translation>Ein Modell öffnen, um Rezepte darauf zu vergleichen.</translation>
    </message>
    <message>
        <source>Tick recipes to compare.</source>
        <translation>Rezepte zum Vergleichen ankreuzen.</translation>
    </message>
    <message>
        <source>Choose a tensor in Layers (Enter, or double-click), or compare on all.</source>
        <translation>Unter Schichten einen Tensor wählen (Enter oder Doppelklick) oder auf allen vergleichen.</translation>
    </message>
    <message>
        <source>The calibration text is not there.</source>
        <translation>Den Kalibrierungstext gibt es nicht.</translation>
    </message>
    <message>
        <source>This model cannot be run, so it cannot be calibrated: leave the text empty.</source>
        <translation>Dieses Modell kann nicht laufen und also nicht kalibriert werden: den Text leer lassen.</translation>
    </message>
    <message>
        <source>The whole model is measured on a held-out text: choose one.</source>
        <translation>Das ganze Modell wird auf einem zurückgehaltenen Text gemessen: einen wählen.</translation>
    </message>
    <message>
        <source>%1 needs a calibration text.</source>
        <translation>%1 braucht einen Kalibrierungstext.</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>%1 benutzen</translation>
    </message>
    <message>
        <source>Tick some recipes and press Compare. Each then stands beside plain rounding and the best cheap method at the same exact bits per weight: one that loses is shown losing.</source>
        <translation>Einige Rezepte ankreuzen und Vergleichen drücken. Jedes steht dann neben einfachem Runden und der besten billigen Methode bei genau denselben Bits je Gewicht: eines, das verliert, wird verlierend gezeigt.</translation>
    </message>
    <message>
        <source>Read about the methods on the left. Open a model (Ctrl+O, or Ctrl+D for the demo) to compare them on it.</source>
        <translation>Links über die Methoden lesen. Ein Modell öffnen (Strg+O, oder Strg+D für die Demo), um sie darauf zu vergleichen.</translation>
    </message>
    <message>
        <source>Waiting for the run before it.</source>
        <translation>Wartet auf den Lauf davor.</translation>
    </message>
    <message>
        <source>Plain rounding and the cheap methods come first: the lines that every recipe is held against…</source>
        <translation>Einfaches Runden und die billigen Methoden kommen zuerst: die Linien, an denen jedes Rezept gemessen wird…</translation>
    </message>
    <message>
        <source>Cancelled before the first recipe was finished.</source>
        <translation>Abgebrochen, bevor das erste Rezept fertig war.</translation>
    </message>
    <message>
        <source>Stopped: %1</source>
        <translation>Angehalten: %1</translation>
    </message>
    <message>
        <source>Cancelled; what was found so far is shown.</source>
        <translation>Abgebrochen; gezeigt wird, was bisher gefunden wurde.</translation>
    </message>
    <message>
        <source>the whole model, mean KL divergence</source>
        <translation>das ganze Modell, mittlere KL-Divergenz</translation>
    </message>
    <message>
        <source>%1 tensors</source>
        <translation>%1 Tensoren</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::RooflineChart</name>
    <message>
        <source>Loading by the speed of the medium</source>
        <translation>Laden nach Geschwindigkeit des Datenträgers</translation>
    </message>
    <message>
        <source>Lines: what the measured rates imply for media of other speeds. Points: loads measured here, cold. Context menu: save</source>
        <translation>Linien: was die gemessenen Raten für Datenträger anderer Geschwindigkeit bedeuten. Punkte: hier gemessenes Laden, kalt. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>wie es ist</translation>
    </message>
    <message>
        <source>compressed</source>
        <translation>komprimiert</translation>
    </message>
    <message>
        <source>decoding by threads</source>
        <translation>Decodieren nach Threads</translation>
    </message>
    <message>
        <source>this medium</source>
        <translation>dieser Datenträger</translation>
    </message>
    <message>
        <source>measured, as it is</source>
        <translation>gemessen, wie es ist</translation>
    </message>
    <message>
        <source>measured, compressed</source>
        <translation>gemessen, komprimiert</translation>
    </message>
    <message>
        <source>reading from the medium, MB/s</source>
        <translation>Lesen vom Datenträger, MB/s</translation>
    </message>
    <message>
        <source>loading, MB/s of the model</source>
        <translation>Laden, MB/s des Modells</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::RunController</name>
    <message>
        <source>perplexity %1 ± %2 (%3, %4 tokens, %5)</source>
        <translation>Perplexität %1 ± %2 (%3, %4 Token, %5)</translation>
    </message>
    <message>
        <source>; original %1, mean KL %2 nats, same top token %3</source>
        <translation>; Original %1, mittlere KL %2 nats, gleiches bestes Token %3</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>rank correlation with the measured divergence: %1</source>
        <translation>Rangkorrelation mit der gemessenen Divergenz: %1</translation>
    </message>
    <message>
        <source>%1, every checksum right: %2</source>
        <translation>%1, jede Prüfsumme stimmt: %2</translation>
    </message>
    <message>
        <source>%1 instead of %2, read back and equal: %3</source>
        <translation>%1 statt %2, zurückgelesen und gleich: %3</translation>
    </message>
    <message>
        <source>Quantize %1, %2 bpw</source>
        <translation>%1 quantisieren, %2 bpw</translation>
    </message>
    <message>
        <source>Calibrate %1 with %2</source>
        <translation>%1 mit %2 kalibrieren</translation>
    </message>
    <message>
        <source>Evaluate %1 on %2</source>
        <translation>%1 auf %2 auswerten</translation>
    </message>
    <message>
        <source>Export %1 as %2</source>
        <translation>%1 als %2 exportieren</translation>
    </message>
    <message>
        <source>Decompress %1</source>
        <translation>%1 dekomprimieren</translation>
    </message>
    <message>
        <source>Compress %1</source>
        <translation>%1 komprimieren</translation>
    </message>
    <message>
        <source>Load study</source>
        <translation>Ladestudie</translation>
    </message>
    <message>
        <source>Compressibility of %1</source>
        <translation>Komprimierbarkeit von %1</translation>
    </message>
    <message>
        <source>Analyze %1: %2</source>
        <translation>%1 analysieren: %2</translation>
    </message>
    <message>
        <source>all metrics</source>
        <translation>alle Metriken</translation>
    </message>
    <message>
        <source>Compare recipes on %1</source>
        <translation>Rezepte auf %1 vergleichen</translation>
    </message>
    <message>
        <source>cancelled; finished tensors are kept, Resume goes on from there</source>
        <translation>abgebrochen; fertige Tensoren bleiben, Fortsetzen macht dort weiter</translation>
    </message>
    <message>
        <source>cancelled; what was measured is kept, measuring again goes on there</source>
        <translation>abgebrochen; was gemessen wurde, bleibt, erneutes Messen macht dort weiter</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>%1 tokens, %2 inputs of layers%3</source>
        <translation>%1 Token, %2 Eingaben von Schichten%3</translation>
    </message>
    <message>
        <source>; all were measured before</source>
        <translation>; alle wurden früher gemessen</translation>
    </message>
    <message>
        <source>%1 in %2: %3</source>
        <translation>%1 in %2: %3</translation>
    </message>
    <message>
        <source>%1 settings in %2; %3 lose to a cheap method with the same bits</source>
        <translation>%1 Einstellungen in %2; %3 verlieren gegen eine billige Methode mit denselben Bits</translation>
    </message>
    <message>
        <source>%1 tensors at %2 widths</source>
        <translation>%1 Tensoren bei %2 Breiten</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>Quantisieren</translation>
    </message>
    <message>
        <source>%1 bits per weight, %2 (was %3) in %4: %5</source>
        <translation>%1 Bit je Gewicht, %2 (vorher %3) in %4: %5</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::RunsPanel</name>
    <message>
        <source>Perplexity %1 ± %2 over %3 tokens</source>
        <translation>Perplexität %1 ± %2 über %3 Token</translation>
    </message>
    <message>
        <source>
Original: %1 · mean KL %2 nats, 99.9 % %3 · same top token %4</source>
        <translation>
Original: %1 · mittlere KL %2 nats, 99,9 % %3 · gleiches bestes Token %4</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Ab&amp;brechen</translation>
    </message>
    <message>
        <source>Stop the chosen run. Finished tensors are kept (Delete key)</source>
        <translation>Den gewählten Lauf anhalten. Fertige Tensoren bleiben (Entf)</translation>
    </message>
    <message>
        <source>Re&amp;sume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Go on with a cancelled or failed quantization from its journal</source>
        <translation>Eine abgebrochene oder gescheiterte Quantisierung aus ihrem Journal fortsetzen</translation>
    </message>
    <message>
        <source>E&amp;xport…</source>
        <translation>E&amp;xportieren…</translation>
    </message>
    <message>
        <source>Write what this run made for another program</source>
        <translation>Was dieser Lauf machte, für ein anderes Programm schreiben</translation>
    </message>
    <message>
        <source>C&amp;lear finished</source>
        <translation>Fertige &amp;leeren</translation>
    </message>
    <message>
        <source>Remove finished runs from this list; experiments stay</source>
        <translation>Fertige Läufe aus dieser Liste entfernen; Experimente bleiben</translation>
    </message>
    <message>
        <source>Choose a run to see its errors; Delete cancels it</source>
        <translation>Einen Lauf wählen, um seine Fehler zu sehen; Entf bricht ihn ab</translation>
    </message>
    <message>
        <source>Cancel run</source>
        <translation>Lauf abbrechen</translation>
    </message>
    <message>
        <source>Nothing has run yet. Open a model, choose bits in Layers, then press Quantize. Progress and errors appear here layer by layer.</source>
        <translation>Noch ist nichts gelaufen. Ein Modell öffnen, unter Schichten Bits wählen, dann Quantisieren drücken. Fortschritt und Fehler erscheinen hier Schicht für Schicht.</translation>
    </message>
    <message>
        <source>%1 written to %2
%3 tensors read back and compared</source>
        <translation>%1 nach %2 geschrieben
%3 Tensoren zurückgelesen und verglichen</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>Abgebrochen; nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>Writing, then reading back.</source>
        <translation>Wird geschrieben, dann zurückgelesen.</translation>
    </message>
    <message>
        <source>%1 original, %2 compressed
%3</source>
        <translation>%1 Original, %2 komprimiert
%3</translation>
    </message>
    <message>
        <source>Cancelled. Blocks that were finished are kept.</source>
        <translation>Abgebrochen. Fertige Blöcke bleiben.</translation>
    </message>
    <message>
        <source>See Salience and Spectrum in the Inspector.</source>
        <translation>Siehe Bedeutung und Spektrum im Inspektor.</translation>
    </message>
    <message>
        <source>Running the text through the model, block by block.</source>
        <translation>Der Text läuft durch das Modell, Block für Block.</translation>
    </message>
    <message>
        <source>Cancelled; temporary files were removed.</source>
        <translation>Abgebrochen; temporäre Dateien wurden entfernt.</translation>
    </message>
    <message>
        <source>Reading, decoding and loading, cold and warm.</source>
        <translation>Lesen, Decodieren und Laden, kalt und warm.</translation>
    </message>
    <message>
        <source>%1
Tools, Compressibility study shows the figures.</source>
        <translation>%1
Werkzeuge, Komprimierbarkeitsstudie zeigt die Zahlen.</translation>
    </message>
    <message>
        <source>Cancelled before the first tensor was finished.</source>
        <translation>Abgebrochen, bevor der erste Tensor fertig war.</translation>
    </message>
    <message>
        <source>Figures come tensor by tensor.</source>
        <translation>Zahlen kommen Tensor für Tensor.</translation>
    </message>
    <message>
        <source>Cancelled. What was measured is kept; Resume goes on from there.</source>
        <translation>Abgebrochen. Was gemessen wurde, bleibt; Fortsetzen macht dort weiter.</translation>
    </message>
    <message>
        <source>See Sensitivity and Budget in the Inspector.</source>
        <translation>Siehe Empfindlichkeit und Budget im Inspektor.</translation>
    </message>
    <message>
        <source>Values appear in the Inspector, on the page Sensitivity.</source>
        <translation>Werte erscheinen im Inspektor, auf der Seite Empfindlichkeit.</translation>
    </message>
    <message>
        <source>The perplexity appears here as it is measured.</source>
        <translation>Die Perplexität erscheint hier, während sie gemessen wird.</translation>
    </message>
    <message>
        <source>Errors appear here as tensors are finished.</source>
        <translation>Fehler erscheinen hier, sobald Tensoren fertig sind.</translation>
    </message>
    <message>
        <source>%1 of %2 tensors · latest: %3, %4 bits, weight error %5</source>
        <translation>%1 von %2 Tensoren · zuletzt: %3, %4 Bit, Gewichtsfehler %5</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::SaliencePage</name>
    <message>
        <source>input channel</source>
        <translation>Eingabekanal</translation>
    </message>
    <message>
        <source>mean salience</source>
        <translation>mittlere Bedeutung</translation>
    </message>
    <message>
        <source>Drag or arrow keys: move. Wheel, + and -: zoom. F: whole matrix</source>
        <translation>Ziehen oder Pfeiltasten: bewegen. Rad, + und -: vergrößern. F: ganze Matrix</translation>
    </message>
    <message>
        <source>Point at the picture for values.</source>
        <translation>Für Werte auf das Bild zeigen.</translation>
    </message>
    <message>
        <source>largest</source>
        <translation>größtes</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>What a pixel shows of the weights it stands for</source>
        <translation>Was ein Bildpunkt von den Gewichten zeigt, für die er steht</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>logarithmisch</translation>
    </message>
    <message>
        <source>How values become colours</source>
        <translation>Wie aus Werten Farben werden</translation>
    </message>
    <message>
        <source>Zoom in (+)</source>
        <translation>Vergrößern (+)</translation>
    </message>
    <message>
        <source>Zoom out (-)</source>
        <translation>Verkleinern (-)</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Whole matrix (F)</source>
        <translation>Ganze Matrix (F)</translation>
    </message>
    <message>
        <source>Open a model, then press Enter on a tensor in Layers (or double-click it) to see which of its weights matter.</source>
        <translation>Ein Modell öffnen, dann unter Schichten Enter auf einem Tensor drücken (oder doppelklicken), um zu sehen, welche seiner Gewichte zählen.</translation>
    </message>
    <message>
        <source>%1 is no matrix.</source>
        <translation>%1 ist keine Matrix.</translation>
    </message>
    <message>
        <source>%1 lies outside the blocks, where inputs are not measured. Choose Magnitude, which needs the weights alone.</source>
        <translation>%1 liegt außerhalb der Blöcke, wo Eingaben nicht gemessen werden. Betrag wählen, der nur die Gewichte braucht.</translation>
    </message>
    <message>
        <source>%1 Choose Magnitude, which needs the weights alone.</source>
        <translation>%1 Betrag wählen, der nur die Gewichte braucht.</translation>
    </message>
    <message>
        <source>%1 (%2) depends on what reaches the layer: calibrate first. Magnitude works without.</source>
        <translation>%1 (%2) hängt davon ab, was die Schicht erreicht: zuerst kalibrieren. Betrag geht ohne.</translation>
    </message>
    <message>
        <source>Weighing %1…</source>
        <translation>%1 wird gewogen…</translation>
    </message>
    <message>
        <source>%1 weights are not finite; they count as 0</source>
        <translation>%1 Gewichte sind nicht endlich; sie zählen als 0</translation>
    </message>
    <message>
        <source>output channel</source>
        <translation>Ausgabekanal</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;, %2: the top 1 % of weights hold &lt;b&gt;%3&lt;/b&gt; of the total, the top 1 % of input channels %4. The largest channel is %5 times the median; %6 beyond %7 times it. Kurtosis of the weights %8.</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;, %2: das oberste 1 % der Gewichte hält &lt;b&gt;%3&lt;/b&gt; der Summe, das oberste 1 % der Eingabekanäle %4. Der größte Kanal ist das %5-Fache des Medians; %6 jenseits des %7-Fachen. Wölbung der Gewichte %8.</translation>
    </message>
    <message>
        <source>none is</source>
        <translation>keiner ist</translation>
    </message>
    <message>
        <source>one is</source>
        <translation>einer ist</translation>
    </message>
    <message>
        <source>%1 are</source>
        <translation>%1 sind</translation>
    </message>
    <message>
        <source> Effective rank %1 of %2.</source>
        <translation> Effektiver Rang %1 von %2.</translation>
    </message>
    <message>
        <source> Effective rank: see Spectrum.</source>
        <translation> Effektiver Rang: siehe Spektrum.</translation>
    </message>
    <message>
        <source>How a weight&apos;s importance is measured:</source>
        <translation>Wie die Bedeutung eines Gewichts gemessen wird:</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::Sensitivities</name>
    <message>
        <source>predicted KL %1</source>
        <translation>vorhergesagte KL %1</translation>
    </message>
    <message>
        <source>, perplexity %1 (original %2)</source>
        <translation>, Perplexität %1 (Original %2)</translation>
    </message>
    <message>
        <source>, without %1 unmeasured</source>
        <translation>, ohne %1 ungemessene</translation>
    </message>
    <message>
        <source>, measured with %1</source>
        <translation>, gemessen mit %1</translation>
    </message>
    <message>
        <source>last run, %1 bits: </source>
        <translation>letzter Lauf, %1 Bit: </translation>
    </message>
    <message>
        <source>measured KL %1</source>
        <translation>gemessene KL %1</translation>
    </message>
    <message>
        <source>predicted KL %1, measured %2</source>
        <translation>vorhergesagte KL %1, gemessen %2</translation>
    </message>
    <message>
        <source> (predicted %1 too little)</source>
        <translation> (%1 zu wenig vorhergesagt)</translation>
    </message>
    <message>
        <source> (predicted %1 too much)</source>
        <translation> (%1 zu viel vorhergesagt)</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::SensitivityChart</name>
    <message>
        <source>Loss of the tensor at each width</source>
        <translation>Verlust des Tensors bei jeder Breite</translation>
    </message>
    <message>
        <source>Loss of this tensor at each width, among all other tensors; the planned width is marked. Context menu: save</source>
        <translation>Verlust dieses Tensors bei jeder Breite, unter allen anderen Tensoren; die geplante Breite ist markiert. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>all tensors</source>
        <translation>alle Tensoren</translation>
    </message>
    <message>
        <source>middle half</source>
        <translation>mittlere Hälfte</translation>
    </message>
    <message>
        <source>median</source>
        <translation>Median</translation>
    </message>
    <message>
        <source>this tensor</source>
        <translation>dieser Tensor</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>geplant</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::SensitivityMap</name>
    <message>
        <source>Sensitivity of tensors at each width</source>
        <translation>Empfindlichkeit der Tensoren bei jeder Breite</translation>
    </message>
    <message>
        <source>%1 at %2 bits: %3 %4</source>
        <translation>%1 bei %2 Bit: %3 %4</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>; planned: %1 bits</source>
        <translation>; geplant: %1 Bit</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>block %1</source>
        <translation>Block %1</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::SensitivityPage</name>
    <message>
        <source>Which measure of sensitivity is shown; Analyze measures more</source>
        <translation>Welches Maß der Empfindlichkeit gezeigt wird; Analysieren misst mehr</translation>
    </message>
    <message>
        <source>&amp;Analyze…</source>
        <translation>&amp;Analysieren…</translation>
    </message>
    <message>
        <source>Co&amp;mpare…</source>
        <translation>&amp;Vergleichen…</translation>
    </message>
    <message>
        <source>Measure how much the model minds each tensor being quantized</source>
        <translation>Messen, wie sehr das Modell jeden quantisierten Tensor übelnimmt</translation>
    </message>
    <message>
        <source>How well each metric predicts the measured divergence</source>
        <translation>Wie gut jede Metrik die gemessene Divergenz vorhersagt</translation>
    </message>
    <message>
        <source>m&amp;etric</source>
        <translation>M&amp;etrik</translation>
    </message>
    <message>
        <source>Open a model, then measure here how much it minds each tensor being quantized.</source>
        <translation>Ein Modell öffnen, dann hier messen, wie sehr es jeden quantisierten Tensor übelnimmt.</translation>
    </message>
    <message>
        <source>The first values appear soon.</source>
        <translation>Die ersten Werte erscheinen bald.</translation>
    </message>
    <message>
        <source>Looking for earlier measurements…</source>
        <translation>Frühere Messungen werden gesucht…</translation>
    </message>
    <message>
        <source>Nothing was measured of this model yet. Analyze quantizes one tensor at a time and measures what that does to the model; bits can then go where they help most.</source>
        <translation>Von diesem Modell wurde noch nichts gemessen. Analysieren quantisiert einen Tensor nach dem anderen und misst, was das mit dem Modell macht; Bits können dann dorthin, wo sie am meisten helfen.</translation>
    </message>
    <message>
        <source>%1 was not measured.</source>
        <translation>%1 wurde nicht gemessen.</translation>
    </message>
    <message>
        <source>%1 is kept as stored.</source>
        <translation>%1 bleibt wie gespeichert.</translation>
    </message>
    <message>
        <source>Not measured yet at %1 bits.</source>
        <translation>Bei %1 Bit noch nicht gemessen.</translation>
    </message>
    <message>
        <source>At %1 bits: &lt;b&gt;%2&lt;/b&gt;, place %3 of %4 in this plan.</source>
        <translation>Bei %1 Bit: &lt;b&gt;%2&lt;/b&gt;, Platz %3 von %4 in diesem Plan.</translation>
    </message>
    <message>
        <source> Measured with %1</source>
        <translation> Gemessen mit %1</translation>
    </message>
    <message>
        <source>, %1</source>
        <translation>, %1</translation>
    </message>
    <message>
        <source>; not all values are known</source>
        <translation>; nicht alle Werte sind bekannt</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::Session</name>
    <message>
        <source>Demo</source>
        <translation>Demo</translation>
    </message>
    <message>
        <source>Open plan of experiment %1</source>
        <translation>Plan von Experiment %1 öffnen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>%1: %2, %3 parameters, %4</source>
        <translation>%1: %2, %3 Parameter, %4</translation>
    </message>
    <message>
        <source>Open plan</source>
        <translation>Plan öffnen</translation>
    </message>
    <message>
        <source>Preset %1</source>
        <translation>Voreinstellung %1</translation>
    </message>
    <message>
        <source>Setting %1</source>
        <translation>Einstellung %1</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::SettingsDialog</name>
    <message>
        <source>Colours of the window</source>
        <translation>Farben des Fensters</translation>
    </message>
    <message>
        <source>For projectors and tired eyes (Ctrl++, Ctrl+-)</source>
        <translation>Für Projektoren und müde Augen (Strg++, Strg+-)</translation>
    </message>
    <message>
        <source>Of menus, buttons and messages</source>
        <translation>Der Menüs, Knöpfe und Meldungen</translation>
    </message>
    <message>
        <source>What computes</source>
        <translation>Was rechnet</translation>
    </message>
    <message>
        <source>Where experiments and quantized models are kept. Those in the folder before stay there</source>
        <translation>Wo Experimente und quantisierte Modelle aufgehoben werden. Die im bisherigen Ordner bleiben dort</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>as the desktop</source>
        <translation>wie der Schreibtisch</translation>
    </message>
    <message>
        <source>light</source>
        <translation>hell</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>all cores</source>
        <translation>alle Kerne</translation>
    </message>
    <message>
        <source>How many cores a run may use; its result does not depend on it</source>
        <translation>Wie viele Kerne ein Lauf benutzen darf; sein Ergebnis hängt nicht davon ab</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Sofort</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Text size</source>
        <translation>Schrif&amp;tgröße</translation>
    </message>
    <message>
        <source>T&amp;hreads</source>
        <translation>T&amp;hreads</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>CPU, plain reference code (slow)</source>
        <translation>CPU, einfacher Vergleichscode (langsam)</translation>
    </message>
    <message>
        <source> GiB</source>
        <translation> GiB</translation>
    </message>
    <message>
        <source>half of what is free</source>
        <translation>die Hälfte des freien</translation>
    </message>
    <message>
        <source>Weights held in memory at once; the rest stays on disk</source>
        <translation>Gewichte, die gleichzeitig im Speicher sind; der Rest bleibt auf der Platte</translation>
    </message>
    <message>
        <source>From the next start</source>
        <translation>Ab dem nächsten Start</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>&amp;Gerät</translation>
    </message>
    <message>
        <source>&amp;Memory for weights</source>
        <translation>Speicher für &amp;Gewichte</translation>
    </message>
    <message>
        <source>Data &amp;folder</source>
        <translation>Daten&amp;ordner</translation>
    </message>
    <message>
        <source>The data folder must be a whole path, from / on.</source>
        <translation>Der Datenordner muss ein ganzer Pfad sein, von / an.</translation>
    </message>
    <message>
        <source>Nothing can be written to %1. Choose another data folder.</source>
        <translation>Nach %1 kann nichts geschrieben werden. Einen anderen Datenordner wählen.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::SpectrumChart</name>
    <message>
        <source>Singular values and their energy</source>
        <translation>Singulärwerte und ihre Energie</translation>
    </message>
    <message>
        <source>Singular values, the largest first, and how much of the energy (the sum of their squares) the first ones hold. Context menu: save</source>
        <translation>Singulärwerte, der größte zuerst, und wie viel der Energie (der Summe ihrer Quadrate) die ersten halten. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>singular value</source>
        <translation>Singulärwert</translation>
    </message>
    <message>
        <source>energy so far</source>
        <translation>Energie bisher</translation>
    </message>
    <message>
        <source>90 and 99 %</source>
        <translation>90 und 99 %</translation>
    </message>
    <message>
        <source>rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>energy so far, %</source>
        <translation>Energie bisher, %</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::SpectrumPage</name>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>Eingaben</translation>
    </message>
    <message>
        <source>Weights: directions of this matrix. Inputs: directions in what reaches it on the calibration text</source>
        <translation>Gewichte: Richtungen dieser Matrix. Eingaben: Richtungen in dem, was sie auf dem Kalibrierungstext erreicht</translation>
    </message>
    <message>
        <source>Open a model, then press Enter on a tensor in Layers (or double-click it) to see its singular values.</source>
        <translation>Ein Modell öffnen, dann unter Schichten Enter auf einem Tensor drücken (oder doppelklicken), um seine Singulärwerte zu sehen.</translation>
    </message>
    <message>
        <source>%1 is no matrix.</source>
        <translation>%1 ist keine Matrix.</translation>
    </message>
    <message>
        <source>%1 lies outside the blocks, where inputs are not measured.</source>
        <translation>%1 liegt außerhalb der Blöcke, wo Eingaben nicht gemessen werden.</translation>
    </message>
    <message>
        <source>What reaches the layer depends on the text: calibrate first.</source>
        <translation>Was die Schicht erreicht, hängt vom Text ab: zuerst kalibrieren.</translation>
    </message>
    <message>
        <source>Decomposing %1, %2 by %3…</source>
        <translation>%1 wird zerlegt, %2 mal %3…</translation>
    </message>
    <message>
        <source>%1: effective rank &lt;b&gt;%2&lt;/b&gt; of %3 · stable rank %4 · 90 % of the energy in &lt;b&gt;%5&lt;/b&gt; values (%6), 99 % in %7 (%8) · numerical rank %9</source>
        <translation>%1: effektiver Rang &lt;b&gt;%2&lt;/b&gt; von %3 · stabiler Rang %4 · 90 % der Energie in &lt;b&gt;%5&lt;/b&gt; Werten (%6), 99 % in %7 (%8) · numerischer Rang %9</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::StageEditor</name>
    <message>
        <source>Choice of the stage</source>
        <translation>Wahl der Stufe</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>nothing more</source>
        <translation>nichts weiter</translation>
    </message>
    <message>
        <source>%1 Needs a calibration text.</source>
        <translation>%1 Braucht einen Kalibrierungstext.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::StageStrip</name>
    <message>
        <source>transform</source>
        <translation>umformen</translation>
    </message>
    <message>
        <source>grid</source>
        <translation>Gitter</translation>
    </message>
    <message>
        <source>round</source>
        <translation>runden</translation>
    </message>
    <message>
        <source>compensate</source>
        <translation>ausgleichen</translation>
    </message>
    <message>
        <source>tune</source>
        <translation>abstimmen</translation>
    </message>
    <message>
        <source>encode</source>
        <translation>codieren</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Allocate: the width that the plan gives this tensor (Layers, or a budget)</source>
        <translation>Verteilen: die Breite, die der Plan diesem Tensor gibt (Schichten, oder ein Budget)</translation>
    </message>
    <message>
        <source>Stage %1: %2</source>
        <translation>Stufe %1: %2</translation>
    </message>
    <message>
        <source>allocate
%1</source>
        <translation>verteilen
%1</translation>
    </message>
    <message numerus="yes">
        <source>%n bits</source>
        <translation>
            <numerusform>%n Bit</numerusform>
            <numerusform>%n Bit</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::StartPage</name>
    <message>
        <source>Make a language model smaller, and see what it costs</source>
        <translation>Ein Sprachmodell kleiner machen und sehen, was es kostet</translation>
    </message>
    <message>
        <source>&lt;ol style=&apos;margin-left:-18px&apos;&gt;&lt;li&gt;Open a model: a Hugging Face folder, a .safetensors, .gguf or PyTorch file. Dropping it here works, too.&lt;/li&gt;&lt;li&gt;Choose bits and recipe per layer; the size follows at once.&lt;/li&gt;&lt;li&gt;Quantize, then compare: errors per layer, perplexity, text side by side.&lt;/li&gt;&lt;/ol&gt;</source>
        <translation>&lt;ol style=&apos;margin-left:-18px&apos;&gt;&lt;li&gt;Ein Modell öffnen: einen Hugging-Face-Ordner, eine .safetensors-, .gguf- oder PyTorch-Datei. Sie hier fallen zu lassen geht auch.&lt;/li&gt;&lt;li&gt;Bits und Rezept je Schicht wählen; die Größe folgt sofort.&lt;/li&gt;&lt;li&gt;Quantisieren, dann vergleichen: Fehler je Schicht, Perplexität, Texte nebeneinander.&lt;/li&gt;&lt;/ol&gt;</translation>
    </message>
    <message>
        <source>Open the &amp;demo model</source>
        <translation>&amp;Demomodell öffnen</translation>
    </message>
    <message>
        <source>A small trained model that comes with Bitsmith (Ctrl+D)</source>
        <translation>Ein kleines trainiertes Modell, das mit Bitsmith kommt (Strg+D)</translation>
    </message>
    <message>
        <source>Open f&amp;older…</source>
        <translation>&amp;Ordner öffnen…</translation>
    </message>
    <message>
        <source>A Hugging Face folder or a Bitsmith container (Ctrl+O)</source>
        <translation>Ein Hugging-Face-Ordner oder ein Bitsmith-Container (Strg+O)</translation>
    </message>
    <message>
        <source>Open &amp;file…</source>
        <translation>&amp;Datei öffnen…</translation>
    </message>
    <message>
        <source>A .safetensors, .gguf or PyTorch (.bin, .pth) file (Ctrl+Shift+O)</source>
        <translation>Eine .safetensors-, .gguf- oder PyTorch-Datei (.bin, .pth) (Strg+Umschalt+O)</translation>
    </message>
    <message>
        <source>&amp;Learn…</source>
        <translation>&amp;Lernen…</translation>
    </message>
    <message>
        <source>Lessons with live pictures: what quantizing does (Ctrl+L)</source>
        <translation>Lektionen mit lebenden Bildern: was Quantisieren macht (Strg+L)</translation>
    </message>
    <message>
        <source>Opened before</source>
        <translation>Früher geöffnet</translation>
    </message>
    <message>
        <source>Enter or double-click opens the model again</source>
        <translation>Enter oder Doppelklick öffnet das Modell wieder</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::StateStack</name>
    <message>
        <source>That did not work</source>
        <translation>Das ging nicht</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::StudyChart</name>
    <message>
        <source>, %1 bits smoothed</source>
        <translation>, %1 Bit geglättet</translation>
    </message>
    <message>
        <source>Coded bits per weight against error</source>
        <translation>Codierte Bits je Gewicht gegen Fehler</translation>
    </message>
    <message>
        <source>Click a point or press the arrow keys to choose its setting. Context menu: save</source>
        <translation>Auf einen Punkt klicken oder die Pfeiltasten drücken, um seine Einstellung zu wählen. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>squared error</source>
        <translation>quadratischer Fehler</translation>
    </message>
    <message>
        <source>bits above the bound</source>
        <translation>Bits über der Schranke</translation>
    </message>
    <message>
        <source>What the vertical axis shows: the error itself, or how many bits a setting spends above the least that describe a normal distribution with its error. Lower is better</source>
        <translation>Was die senkrechte Achse zeigt: den Fehler selbst, oder wie viele Bits eine Einstellung über die wenigsten hinaus ausgibt, die eine Normalverteilung mit ihrem Fehler beschreiben. Weniger ist besser</translation>
    </message>
    <message>
        <source>against bits per weight, coded</source>
        <translation>gegen Bits je Gewicht, codiert</translation>
    </message>
    <message>
        <source>smoothed, by row</source>
        <translation>geglättet, je Zeile</translation>
    </message>
    <message>
        <source>asymmetric</source>
        <translation>asymmetrisch</translation>
    </message>
    <message>
        <source>symmetric</source>
        <translation>symmetrisch</translation>
    </message>
    <message>
        <source>bits per weight, entropy-coded, everything counted</source>
        <translation>Bits je Gewicht, entropiecodiert, alles mitgezählt</translation>
    </message>
    <message>
        <source>squared error, relative</source>
        <translation>quadratischer Fehler, relativ</translation>
    </message>
    <message>
        <source>%1
%2 bits per weight coded, %3 packed
error %4, %5 dB, %6 bits above the bound</source>
        <translation>%1
%2 Bit je Gewicht codiert, %3 gepackt
Fehler %4, %5 dB, %6 Bit über der Schranke</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::StudyForm</name>
    <message>
        <source>Bits of a code</source>
        <translation>Bits eines Codes</translation>
    </message>
    <message>
        <source>Weights that share a scale: the whole tensor, a row, or groups of so many in a row. For recipes with the affine grid; each symmetric and asymmetric</source>
        <translation>Gewichte, die sich eine Skala teilen: der ganze Tensor, eine Zeile oder Gruppen von so vielen in einer Zeile. Für Rezepte mit dem affinen Gitter; jedes symmetrisch und asymmetrisch</translation>
    </message>
    <message>
        <source>Calibration text, optional: adds SmoothQuant&apos;s strengths, activations, and the recipes that need one</source>
        <translation>Kalibrierungstext, wahlfrei: bringt SmoothQuants Stärken, Aktivierungen und die Rezepte, die einen brauchen</translation>
    </message>
    <message>
        <source>Run each co&amp;der on each tensor (takes longer)</source>
        <translation>Jeden Co&amp;dierer auf jedem Tensor ausführen (dauert länger)</translation>
    </message>
    <message>
        <source>Sequences drawn from the calibration text</source>
        <translation>Folgen, die aus dem Kalibrierungstext gezogen werden</translation>
    </message>
    <message>
        <source>SmoothQuant&apos;s strengths, numbers from 0 to 1: how much of the activations&apos; range moves into the weights. Only with a text</source>
        <translation>SmoothQuants Stärken, Zahlen von 0 bis 1: wie viel vom Bereich der Aktivierungen in die Gewichte wandert. Nur mit einem Text</translation>
    </message>
    <message>
        <source>every matrix of a block</source>
        <translation>jede Matrix eines Blocks</translation>
    </message>
    <message>
        <source>Only tensors that contain one of these words, or match where a word has * or ?</source>
        <translation>Nur Tensoren, die eines dieser Wörter enthalten oder passen, wo ein Wort * oder ? hat</translation>
    </message>
    <message>
        <source>Huffman, rANS and zstd beside the entropy, each run and decoded</source>
        <translation>Huffman, rANS und zstd neben der Entropie, jeder ausgeführt und decodiert</translation>
    </message>
    <message>
        <source>&amp;Bits</source>
        <translation>&amp;Bits</translation>
    </message>
    <message>
        <source>&amp;Granularities</source>
        <translation>&amp;Granularitäten</translation>
    </message>
    <message>
        <source>&amp;Recipes</source>
        <translation>&amp;Rezepte</translation>
    </message>
    <message>
        <source>Calibration te&amp;xt (optional)</source>
        <translation>Kalibrierungste&amp;xt (wahlfrei)</translation>
    </message>
    <message>
        <source>Sa&amp;mples</source>
        <translation>Stich&amp;proben</translation>
    </message>
    <message>
        <source>Smooth&amp;Quant strengths</source>
        <translation>Smooth&amp;Quant-Stärken</translation>
    </message>
    <message>
        <source>&amp;Tensors</source>
        <translation>&amp;Tensoren</translation>
    </message>
    <message>
        <source>%1, quantized</source>
        <translation>%1, quantisiert</translation>
    </message>
    <message>
        <source>Choose at least one width.</source>
        <translation>Mindestens eine Breite wählen.</translation>
    </message>
    <message>
        <source>Choose at least one recipe.</source>
        <translation>Mindestens ein Rezept wählen.</translation>
    </message>
    <message>
        <source>There is no calibration text at this path.</source>
        <translation>Unter diesem Pfad gibt es keinen Kalibrierungstext.</translation>
    </message>
    <message>
        <source>%1 needs a calibration text.</source>
        <translation>%1 braucht einen Kalibrierungstext.</translation>
    </message>
    <message>
        <source>SmoothQuant&apos;s strengths are numbers from 0 to 1: &apos;%1&apos; is not.</source>
        <translation>SmoothQuants Stärken sind Zahlen von 0 bis 1: „%1“ ist keine.</translation>
    </message>
    <message>
        <source>Choose at least one granularity.</source>
        <translation>Mindestens eine Granularität wählen.</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>Zuerst ein Modell öffnen.</translation>
    </message>
    <message>
        <source>No dense matrix is called so.</source>
        <translation>Keine dichte Matrix heißt so.</translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation>Kein Modell ist offen.</translation>
    </message>
    <message>
        <source>%1 tensors hold codes, %2 weights. They are counted as they are.</source>
        <translation>%1 Tensoren enthalten Codes, %2 Gewichte. Sie werden gezählt, wie sie sind.</translation>
    </message>
    <message>
        <source>%1 settings on %2 matrices, %3 weights</source>
        <translation>%1 Einstellungen auf %2 Matrizen, %3 Gewichten</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::StudyResults</name>
    <message>
        <source>not as expected</source>
        <translation>nicht wie erwartet</translation>
    </message>
    <message>
        <source>Where a coarser granularity has more entropy or less error than a finer one, by more than 0.02 bits or 0.02 dB</source>
        <translation>Wo eine gröbere Granularität mehr Entropie oder weniger Fehler hat als eine feinere, um mehr als 0,02 Bit oder 0,02 dB</translation>
    </message>
    <message>
        <source>&amp;Settings</source>
        <translation>&amp;Einstellungen</translation>
    </message>
    <message>
        <source>T&amp;ensors</source>
        <translation>T&amp;ensoren</translation>
    </message>
    <message>
        <source>Acti&amp;vations</source>
        <translation>Akti&amp;vierungen</translation>
    </message>
    <message>
        <source>&amp;Not as expected</source>
        <translation>&amp;Nicht wie erwartet</translation>
    </message>
    <message>
        <source>Over all tensors, weighted by weights. Click a heading to sort, a row to find it in the chart</source>
        <translation>Über alle Tensoren, nach Gewichten gewichtet. Ein Klick auf eine Überschrift sortiert, auf eine Zeile findet sie im Diagramm</translation>
    </message>
    <message>
        <source>What the setting makes of each tensor. Click a heading to sort</source>
        <translation>Was die Einstellung aus jedem Tensor macht. Ein Klick auf eine Überschrift sortiert</translation>
    </message>
    <message>
        <source>The setting whose tensors are shown</source>
        <translation>Die Einstellung, deren Tensoren gezeigt werden</translation>
    </message>
    <message>
        <source>Sett&amp;ing</source>
        <translation>E&amp;instellung</translation>
    </message>
    <message>
        <source>Entropy of activations quantized at run time; they are not stored</source>
        <translation>Entropie der zur Laufzeit quantisierten Aktivierungen; sie werden nicht gespeichert</translation>
    </message>
    <message>
        <source>Finer granularity should mean more entropy and less error; here it does not</source>
        <translation>Feinere Granularität sollte mehr Entropie und weniger Fehler bedeuten; hier nicht</translation>
    </message>
    <message>
        <source>Nothing was measured of the activations. Give a calibration text and SmoothQuant&apos;s strengths to see what their codes would hold.</source>
        <translation>Von den Aktivierungen wurde nichts gemessen. Einen Kalibrierungstext und SmoothQuants Stärken angeben, um zu sehen, was ihre Codes enthielten.</translation>
    </message>
    <message>
        <source>Known when the study is done, if it has a calibration text.</source>
        <translation>Bekannt, wenn die Studie fertig ist, falls sie einen Kalibrierungstext hat.</translation>
    </message>
    <message>
        <source>&amp;Not as expected (%1)</source>
        <translation>&amp;Nicht wie erwartet (%1)</translation>
    </message>
    <message>
        <source>Nothing: finer granularity means more entropy and less error everywhere, as it should.</source>
        <translation>Nichts: feinere Granularität bedeutet überall mehr Entropie und weniger Fehler, wie es sein soll.</translation>
    </message>
    <message>
        <source>Known when the study is done.</source>
        <translation>Bekannt, wenn die Studie fertig ist.</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::TargetCheck</name>
    <message>
        <source>1 problem blocks</source>
        <translation>1 Problem hindert</translation>
    </message>
    <message>
        <source>%1 problems block</source>
        <translation>%1 Probleme hindern</translation>
    </message>
    <message>
        <source>1 caveat</source>
        <translation>1 Vorbehalt</translation>
    </message>
    <message>
        <source>%1 caveats</source>
        <translation>%1 Vorbehalte</translation>
    </message>
    <message>
        <source>%1 loads this plan</source>
        <translation>%1 lädt diesen Plan</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Fix %1</source>
        <translation>%1 beheben</translation>
    </message>
    <message>
        <source>Fix %1 problems</source>
        <translation>%1 Probleme beheben</translation>
    </message>
    <message>
        <source>Fix for %1</source>
        <translation>Für %1 beheben</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::TargetList</name>
    <message>
        <source>The program that will load the result; its rules are checked with every edit of the plan</source>
        <translation>Das Programm, das das Ergebnis laden wird; seine Regeln werden bei jeder Änderung des Plans geprüft</translation>
    </message>
    <message>
        <source>no target</source>
        <translation>kein Ziel</translation>
    </message>
    <message>
        <source>What the target says of the plan. Enter or double-click: show the tensor in Layers</source>
        <translation>Was das Ziel zum Plan sagt. Enter oder Doppelklick: den Tensor unter Schichten zeigen</translation>
    </message>
    <message>
        <source>&amp;Fix selected</source>
        <translation>Ausgewählte &amp;beheben</translation>
    </message>
    <message>
        <source>Fix &amp;all</source>
        <translation>&amp;Alle beheben</translation>
    </message>
    <message>
        <source>Change the plan so that the selected problems are gone; can be undone</source>
        <translation>Den Plan so ändern, dass die ausgewählten Probleme weg sind; kann rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>Change the plan until nothing is left to mend; can be undone</source>
        <translation>Den Plan ändern, bis nichts mehr zu beheben ist; kann rückgängig gemacht werden</translation>
    </message>
    <message>
        <source>Fix all</source>
        <translation>Alle beheben</translation>
    </message>
    <message>
        <source>Fix</source>
        <translation>Beheben</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::TiledHeatmap</name>
    <message>
        <source>Salience of the matrix, by place</source>
        <translation>Bedeutung der Matrix, nach Ort</translation>
    </message>
    <message>
        <source>Zoom in (+)</source>
        <translation>Vergrößern (+)</translation>
    </message>
    <message>
        <source>Zoom out (-)</source>
        <translation>Verkleinern (-)</translation>
    </message>
    <message>
        <source>Whole matrix (F)</source>
        <translation>Ganze Matrix (F)</translation>
    </message>
    <message>
        <source>%1 %2, %3 %4: %5 %6</source>
        <translation>%1 %2, %3 %4: %5 %6</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::TokenBars</name>
    <message>
        <source>Most likely next tokens of both models</source>
        <translation>Die wahrscheinlichsten nächsten Token beider Modelle</translation>
    </message>
    <message>
        <source>Filled: the original; outlined: the quantized model. The token that was written is bold. Context menu: save</source>
        <translation>Gefüllt: das Original; umrandet: das quantisierte Modell. Das geschriebene Token ist fett. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>Click a token, or move through the text with the arrow keys: here is what each model would have written.</source>
        <translation>Auf ein Token klicken oder mit den Pfeiltasten durch den Text gehen: hier steht, was jedes Modell geschrieben hätte.</translation>
    </message>
    <message>
        <source>%1: KL %2 nats; original %3, quantized %4</source>
        <translation>%1: KL %2 nats; Original %3, quantisiert %4</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>quantisiert</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::TokenText</name>
    <message>
        <source>token %1 “%2”: KL %3 nats</source>
        <translation>Token %1 „%2“: KL %3 nats</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::TradeoffChart</name>
    <message>
        <source>%1: %2, %3 bits per weight, %4, %5 %6</source>
        <translation>%1: %2, %3 Bit je Gewicht, %4, %5 %6</translation>
    </message>
    <message>
        <source>KL</source>
        <translation>KL</translation>
    </message>
    <message>
        <source>perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>file size</source>
        <translation>Dateigröße</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>What the horizontal axis shows: all files of the result, or the quantized tensors alone. Both as really written, tables and metadata counted</source>
        <translation>Was die waagerechte Achse zeigt: alle Dateien des Ergebnisses oder die quantisierten Tensoren allein. Beides wie wirklich geschrieben, Tabellen und Metadaten mitgezählt</translation>
    </message>
    <message>
        <source>mean KL divergence</source>
        <translation>mittlere KL-Divergenz</translation>
    </message>
    <message>
        <source>What the vertical axis shows; lower is better</source>
        <translation>Was die senkrechte Achse zeigt; weniger ist besser</translation>
    </message>
    <message>
        <source>against</source>
        <translation>gegen</translation>
    </message>
    <message>
        <source>Size against quality of experiments</source>
        <translation>Größe gegen Güte der Experimente</translation>
    </message>
    <message>
        <source>Click a point to choose its experiment. Context menu: save</source>
        <translation>Auf einen Punkt klicken, um sein Experiment zu wählen. Kontextmenü: speichern</translation>
    </message>
    <message>
        <source>best so far</source>
        <translation>beste bisher</translation>
    </message>
    <message>
        <source>original</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>No KL divergence measured yet: evaluate a quantized model with the original as baseline.</source>
        <translation>Noch keine KL-Divergenz gemessen: ein quantisiertes Modell mit dem Original als Vergleich auswerten.</translation>
    </message>
    <message>
        <source>No perplexity measured yet: press Evaluate, or let Quantize evaluate when it is done.</source>
        <translation>Noch keine Perplexität gemessen: Auswerten drücken oder Quantisieren am Ende auswerten lassen.</translation>
    </message>
    <message>
        <source>size of all files, MB</source>
        <translation>Größe aller Dateien, MB</translation>
    </message>
    <message>
        <source>mean KL, nats</source>
        <translation>mittlere KL, nats</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::WeightsPage</name>
    <message>
        <source>%1 weights from %2 to %3 · mean %4 · σ %5 · kurtosis %6 · zeros %7</source>
        <translation>%1 Gewichte von %2 bis %3 · Mittel %4 · σ %5 · Wölbung %6 · Nullen %7</translation>
    </message>
    <message>
        <source> · %1 not finite</source>
        <translation> · %1 nicht endlich</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>Open a model, then press Enter on a tensor in Layers (or double-click it) to see its weights.</source>
        <translation>Ein Modell öffnen, dann unter Schichten Enter auf einem Tensor drücken (oder doppelklicken), um seine Gewichte zu sehen.</translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation>%1 wird gelesen…</translation>
    </message>
    <message>
        <source> · decoded from %1</source>
        <translation> · decodiert aus %1</translation>
    </message>
    <message>
        <source> · stored as %1</source>
        <translation> · gespeichert als %1</translation>
    </message>
    <message>
        <source>values of the grid (%1; first group)</source>
        <translation>Werte des Gitters (%1; erste Gruppe)</translation>
    </message>
</context>
<context>
    <name>bitsmith::ui::WidthStrip</name>
    <message>
        <source>%1 of 1 bit</source>
        <translation>%1 mit 1 Bit</translation>
    </message>
    <message>
        <source>%1 of %2 bits</source>
        <translation>%1 mit %2 Bit</translation>
    </message>
    <message>
        <source>%1 groups of %2 input columns: %3</source>
        <translation>%1 Gruppen von %2 Eingabespalten: %3</translation>
    </message>
    <message>
        <source>Bits of groups</source>
        <translation>Bits der Gruppen</translation>
    </message>
    <message>
        <source>Group %1, input columns %2 to %3: %4 bits in every row. The more salient a group is, the more bits it gets</source>
        <translation>Gruppe %1, Eingabespalten %2 bis %3: %4 Bit in jeder Zeile. Je bedeutender eine Gruppe, desto mehr Bits bekommt sie</translation>
    </message>
</context>
<context>
    <name>files</name>
    <message>
        <source>Not saved</source>
        <translation>Nicht gespeichert</translation>
    </message>
    <message>
        <source>%1 could not be written. Is the folder writable and the disk not full?</source>
        <translation>%1 konnte nicht geschrieben werden. Ist der Ordner beschreibbar und die Platte nicht voll?</translation>
    </message>
</context>
<context>
    <name>lessons</name>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Codes</source>
        <translation>Codes</translation>
    </message>
    <message>
        <source>Salience</source>
        <translation>Bedeutung</translation>
    </message>
    <message>
        <source>Spectrum</source>
        <translation>Spektrum</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Experiments</source>
        <translation>Experimente</translation>
    </message>
    <message>
        <source>Playground</source>
        <translation>Spielplatz</translation>
    </message>
    <message>
        <source>AWQ: the balance of inputs and weights</source>
        <translation>AWQ: das Gleichgewicht von Eingaben und Gewichten</translation>
    </message>
    <message>
        <source>A curve of the output error against alpha; below, bars of each channel&apos;s inputs and weights before and after scaling.</source>
        <translation>Eine Kurve des Ausgabefehlers über alpha; darunter Balken der Eingaben und Gewichte jedes Kanals vor und nach dem Skalieren.</translation>
    </message>
    <message>
        <source>Codes packed into bytes</source>
        <translation>Codes, in Bytes gepackt</translation>
    </message>
    <message>
        <source>Sixteen codes as numbers, and the bytes that hold them bit by bit in the codes&apos; colours; the chosen code is outlined in both.</source>
        <translation>Sechzehn Codes als Zahlen und die Bytes, die sie Bit für Bit in den Farben der Codes enthalten; der gewählte Code ist in beiden umrandet.</translation>
    </message>
    <message>
        <source>Block floating point</source>
        <translation>Blockgleitkomma</translation>
    </message>
    <message>
        <source>Sixteen weights of one block as bars with what they are rounded to, and under each its bits: a sign and a magnitude.</source>
        <translation>Sechzehn Gewichte eines Blocks als Balken mit dem, worauf sie gerundet werden, und darunter die Bits: ein Vorzeichen und ein Betrag.</translation>
    </message>
    <message>
        <source>The codebook game</source>
        <translation>Das Codebuchspiel</translation>
    </message>
    <message>
        <source>The histogram of the weights with your levels as lines that can be dragged; bars compare their error with other codebooks.</source>
        <translation>Das Histogramm der Gewichte mit den eigenen Stufen als Linien, die sich ziehen lassen; Balken vergleichen ihren Fehler mit anderen Codebüchern.</translation>
    </message>
    <message>
        <source>The entropy lab</source>
        <translation>Das Entropielabor</translation>
    </message>
    <message>
        <source>A histogram of codes with the length of each one&apos;s Huffman code, and bars of bits per code: packed, entropy, coders.</source>
        <translation>Ein Histogramm der Codes mit der Länge jedes Huffman-Codes und Balken der Bits je Code: gepackt, Entropie, Codierer.</translation>
    </message>
    <message>
        <source>GPTQ, column by column</source>
        <translation>GPTQ, Spalte für Spalte</translation>
    </message>
    <message>
        <source>A small matrix: rounded columns show their errors, columns not yet rounded what was added to them; below, the output error as columns are rounded, of GPTQ and of nearest.</source>
        <translation>Eine kleine Matrix: gerundete Spalten zeigen ihre Fehler, noch nicht gerundete, was ihnen zugeschlagen wurde; darunter der Ausgabefehler, während Spalten gerundet werden, von GPTQ und vom Nächsten.</translation>
    </message>
    <message>
        <source>Mixed precision as a knapsack</source>
        <translation>Gemischte Breiten als Rucksack</translation>
    </message>
    <message>
        <source>A bar per tensor, as high as its bits; below, the loss of all together against the size, of mixed and of uniform widths.</source>
        <translation>Ein Balken je Tensor, so hoch wie seine Bits; darunter der Verlust aller zusammen gegen die Größe, mit gemischten und gleichen Breiten.</translation>
    </message>
    <message>
        <source>Rounding as a choice in a lattice</source>
        <translation>Runden als Wahl in einem Punktgitter</translation>
    </message>
    <message>
        <source>A lattice of points, two weights as one point between them, ellipses of equal error around it, and the points that different rounding methods choose.</source>
        <translation>Ein Gitter von Punkten, zwei Gewichte als ein Punkt dazwischen, Ellipsen gleichen Fehlers darum und die Punkte, die verschiedene Rundungen wählen.</translation>
    </message>
    <message>
        <source>Error against range</source>
        <translation>Fehler über Bereich</translation>
    </message>
    <message>
        <source>A curve of the squared error against the range that the levels cover, falling, then rising; below it the weights&apos; histogram with the range marked.</source>
        <translation>Eine Kurve des quadratischen Fehlers über den Bereich, den die Stufen decken, fallend, dann steigend; darunter das Histogramm der Gewichte mit dem markierten Bereich.</translation>
    </message>
    <message>
        <source>The number line</source>
        <translation>Der Zahlenstrahl</translation>
    </message>
    <message>
        <source>Weights as dots on a line, the levels of a grid below them, and a line from each weight to its level.</source>
        <translation>Gewichte als Punkte auf einer Linie, darunter die Stufen eines Gitters und ein Strich von jedem Gewicht zu seiner Stufe.</translation>
    </message>
    <message>
        <source>One outlier and its group</source>
        <translation>Ein Ausreißer und seine Gruppe</translation>
    </message>
    <message>
        <source>Weights as stems in groups, with the levels of each group as lines; below, the error of each weight.</source>
        <translation>Gewichte als Stiele in Gruppen, mit den Stufen jeder Gruppe als Linien; darunter der Fehler jedes Gewichts.</translation>
    </message>
    <message>
        <source>Rotation by a Hadamard matrix</source>
        <translation>Drehung mit einer Hadamard-Matrix</translation>
    </message>
    <message>
        <source>The matrix as coloured cells, before or after the rotation, and the histogram of its values before and after.</source>
        <translation>Die Matrix als farbige Zellen vor oder nach der Drehung und das Histogramm ihrer Werte davor und danach.</translation>
    </message>
    <message>
        <source>Noise in, words out</source>
        <translation>Rauschen hinein, Wörter heraus</translation>
    </message>
    <message>
        <source>A text continued by the original model and, below, by the rounded one; the darker a token&apos;s background, the more the two models disagreed about it.</source>
        <translation>Ein Text, vom Original fortgesetzt und darunter vom gerundeten Modell; je dunkler der Hintergrund eines Tokens, desto weniger waren sich die beiden einig.</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Experiments are not recorded</source>
        <translation>Experimente werden nicht aufgezeichnet</translation>
    </message>
</context>
</TS>
