<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_US">
<context>
    <name>CoderRows</name>
    <message>
        <source>coder</source>
        <translation>Codierer</translation>
    </message>
    <message>
        <source>What writes the codes, without their scales</source>
        <translation>Was die Codes schreibt, ohne ihre Skalen</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Tables included</source>
        <translation>Tabellen eingeschlossen</translation>
    </message>
    <message>
        <source>bits per code</source>
        <translation>Bits je Code</translation>
    </message>
    <message>
        <source>Beside the entropy of these codes</source>
        <translation>Neben der Entropie dieser Codes</translation>
    </message>
    <message>
        <source>of packed</source>
        <translation>vom Gepackten</translation>
    </message>
    <message>
        <source>Relative to codes of a fixed width</source>
        <translation>Im Verhältnis zu Codes fester Breite</translation>
    </message>
    <message>
        <source>decoding</source>
        <translation>Decodieren</translation>
    </message>
    <message>
        <source>Codes per second on one core, measured now</source>
        <translation>Codes je Sekunde auf einem Kern, eben gemessen</translation>
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
        <source>entropy</source>
        <translation>Entropie</translation>
    </message>
</context>
<context>
    <name>CodesStudy</name>
    <message>
        <source>%1 of %2 tensors: codes hold %3 bits of entropy. A weight pays %4 bits, needs %5 and takes %6 entropy-coded.</source>
        <translation>%1 von %2 Tensoren: Codes enthalten %3 Bit Entropie. Ein Gewicht zahlt %4 Bit, braucht %5 und nimmt entropiecodiert %6.</translation>
    </message>
    <message>
        <source>%1 settings on %2 of %3 matrices, %4 weights.</source>
        <translation>%1 Einstellungen auf %2 von %3 Matrizen, %4 Gewichte.</translation>
    </message>
    <message>
        <source>Finer granularity always means more entropy and less error.</source>
        <translation>Feinere Granularität bedeutet immer mehr Entropie und weniger Fehler.</translation>
    </message>
    <message>
        <source>%1 comparisons of granularities are not as expected.</source>
        <translation>%1 Vergleiche von Granularitäten sind nicht wie erwartet.</translation>
    </message>
</context>
<context>
    <name>StudyRows</name>
    <message>
        <source>–</source>
        <translation>–</translation>
    </message>
    <message>
        <source>entropy</source>
        <translation>Entropie</translation>
    </message>
    <message>
        <source>Bits per code, each code by itself (order 0)</source>
        <translation>Bits je Code, jeder Code für sich (Ordnung 0)</translation>
    </message>
    <message>
        <source>ratio</source>
        <translation>Verhältnis</translation>
    </message>
    <message>
        <source>Width of a code over its entropy: high where levels are badly used</source>
        <translation>Breite eines Codes durch seine Entropie: groß, wo Stufen schlecht genutzt werden</translation>
    </message>
    <message>
        <source>paid</source>
        <translation>bezahlt</translation>
    </message>
    <message>
        <source>Bits per weight, packed, with scales and zeros</source>
        <translation>Bits je Gewicht, gepackt, mit Skalen und Nullpunkten</translation>
    </message>
    <message>
        <source>coded</source>
        <translation>codiert</translation>
    </message>
    <message>
        <source>Bits per weight, entropy-coded, everything counted</source>
        <translation>Bits je Gewicht, entropiecodiert, alles mitgezählt</translation>
    </message>
    <message>
        <source>SQNR, dB</source>
        <translation>SQNR, dB</translation>
    </message>
    <message>
        <source>Signal to quantization noise of the weights; more is better</source>
        <translation>Verhältnis des Signals zum Quantisierungsrauschen der Gewichte; mehr ist besser</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Squared error of the weights, relative</source>
        <translation>Quadratischer Fehler der Gewichte, relativ</translation>
    </message>
    <message>
        <source>wasted</source>
        <translation>vergeudet</translation>
    </message>
    <message>
        <source>Bits that outliers cost: mean log2(absmax / rms) of the weights that share a scale</source>
        <translation>Bits, die Ausreißer kosten: mittlerer log2(absmax / rms) der Gewichte, die sich eine Skala teilen</translation>
    </message>
    <message>
        <source>output error</source>
        <translation>Ausgabefehler</translation>
    </message>
    <message>
        <source>Squared error of the output on the calibration text, relative; mean over tensors, weighted by weights</source>
        <translation>Quadratischer Fehler der Ausgabe auf dem Kalibrierungstext, relativ; Mittel über Tensoren, nach Gewichten gewichtet</translation>
    </message>
    <message>
        <source>as they are</source>
        <translation>wie sie sind</translation>
    </message>
    <message>
        <source>setting</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>Recipe, bits, granularity, zero point</source>
        <translation>Rezept, Bits, Granularität, Nullpunkt</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Width of a code</source>
        <translation>Breite eines Codes</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>In the model&apos;s order</source>
        <translation>In der Reihenfolge des Modells</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Rows times columns</source>
        <translation>Zeilen mal Spalten</translation>
    </message>
    <message>
        <source>input</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>What is quantized at run time: the input of a block&apos;s matrices</source>
        <translation>Was zur Laufzeit quantisiert wird: die Eingabe der Matrizen eines Blocks</translation>
    </message>
    <message>
        <source>smoothing</source>
        <translation>Glättung</translation>
    </message>
    <message>
        <source>SmoothQuant&apos;s strength</source>
        <translation>Die Stärke von SmoothQuant</translation>
    </message>
    <message>
        <source>Width of a code, symmetric</source>
        <translation>Breite eines Codes, symmetrisch</translation>
    </message>
    <message>
        <source>codes</source>
        <translation>Codes</translation>
    </message>
    <message>
        <source>How many were counted</source>
        <translation>Wie viele gezählt wurden</translation>
    </message>
    <message>
        <source>a scale per token</source>
        <translation>eine Skala je Token</translation>
    </message>
    <message>
        <source>Entropy, bits per code</source>
        <translation>Entropie, Bits je Code</translation>
    </message>
    <message>
        <source>per tensor</source>
        <translation>je Tensor</translation>
    </message>
    <message>
        <source>Entropy with one scale from calibration, bits per code</source>
        <translation>Entropie mit einer Skala aus der Kalibrierung, Bits je Code</translation>
    </message>
    <message>
        <source>all inputs</source>
        <translation>alle Eingaben</translation>
    </message>
    <message>
        <source>format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>How it is stored</source>
        <translation>Wie es gespeichert ist</translation>
    </message>
    <message>
        <source>Bits per weight as stored</source>
        <translation>Bits je Gewicht, wie gespeichert</translation>
    </message>
    <message>
        <source>needed</source>
        <translation>gebraucht</translation>
    </message>
    <message>
        <source>Bits per weight: entropy of codes, scales and zeros</source>
        <translation>Bits je Gewicht: Entropie der Codes, Skalen und Nullpunkte</translation>
    </message>
    <message>
        <source>Bits per weight, entropy-coded as a container writes it</source>
        <translation>Bits je Gewicht, entropiecodiert, wie ein Container es schreibt</translation>
    </message>
    <message>
        <source>by row</source>
        <translation>nach Zeile</translation>
    </message>
    <message>
        <source>Entropy where each row has a distribution of its own</source>
        <translation>Entropie, wenn jede Zeile ihre eigene Verteilung hat</translation>
    </message>
    <message>
        <source>by group</source>
        <translation>nach Gruppe</translation>
    </message>
    <message>
        <source>Entropy where each group that shares a scale has its own</source>
        <translation>Entropie, wenn jede Gruppe, die sich eine Skala teilt, ihre eigene hat</translation>
    </message>
    <message>
        <source>by previous</source>
        <translation>nach Vorgänger</translation>
    </message>
    <message>
        <source>Entropy by the code before it in the row</source>
        <translation>Entropie nach dem Code davor in der Zeile</translation>
    </message>
</context>
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
        <source>Meas&amp;ure on</source>
        <translation>Mess&amp;en auf</translation>
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
        <translation>alles, wovon man weiß, dass es sagt, wie sehr ein quantisierter Tensor dem Modell schadet, neben der Wahrheit</translation>
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
    <message>
        <source> tokens</source>
        <translation> Token</translation>
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
        <translation>Bi&amp;ts</translation>
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
        <translation>Die erste Bewegung misst den Fehler der Gewichte, in Sekunden; Analysieren misst, was dem Modell wirklich schadet.</translation>
    </message>
    <message>
        <source>By the error of the weights, which knows nothing of the data; Analyze measures what the model really minds.</source>
        <translation>Nach dem Fehler der Gewichte, der von den Daten nichts weiß; Analysieren misst, was dem Modell wirklich schadet.</translation>
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
        <translation>Was kostet jede Größe? Analysieren misst, was dem Modell schadet; bis dahin kann der Fehler der Gewichte dienen.</translation>
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
        <translation>Messen, wie empfindlich das Modell auf jeden quantisierten Tensor ist</translation>
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
        <source> · largest deviation %1 · %2 bits per weight</source>
        <translation> · größte Abweichung %1 · %2 Bit je Gewicht</translation>
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
        <translation>Zurück&amp;lesen und vergleichen</translation>
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
        <translation>nach</translation>
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
        <translation>Was dem Modell schadet: dieser Tensor bei jeder Breite, und alle Tensoren als Karte</translation>
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
        <translation>übrige Tensoren</translation>
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
    <message>
        <source>filter: attn.*</source>
        <translation>Filter: attn.*</translation>
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
        <source>%1 tokens · %2 tokens/s</source>
        <translation>%1 Token · %2 Token/s</translation>
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
    <message>
        <source>The prompt, %1 tokens, took %2</source>
        <translation>Die Eingabe, %1 Token, brauchte %2</translation>
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
        <translation>&amp;Start</translation>
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
        <translation>Messen, wie empfindlich das Modell auf jeden quantisierten Tensor ist</translation>
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
        <translation>Ein Modell öffnen, dann hier messen, wie sehr ihm jeder quantisierte Tensor schadet.</translation>
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
        <source>&lt;ol&gt;&lt;li&gt;Open a model: a Hugging Face folder, a .safetensors, .gguf or PyTorch file. Dropping it here works, too.&lt;/li&gt;&lt;li&gt;Choose bits and recipe per layer; the size follows at once.&lt;/li&gt;&lt;li&gt;Quantize, then compare: errors per layer, perplexity, text side by side.&lt;/li&gt;&lt;/ol&gt;</source>
        <translation>&lt;ol&gt;&lt;li&gt;Ein Modell öffnen: einen Hugging-Face-Ordner, eine .safetensors-, .gguf- oder PyTorch-Datei. Sie hier fallen zu lassen geht auch.&lt;/li&gt;&lt;li&gt;Bits und Rezept je Schicht wählen; die Größe folgt sofort.&lt;/li&gt;&lt;li&gt;Quantisieren, dann vergleichen: Fehler je Schicht, Perplexität, Texte nebeneinander.&lt;/li&gt;&lt;/ol&gt;</translation>
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
        <translation>Da&amp;tei öffnen…</translation>
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
        <source>original %1</source>
        <translation>Original %1</translation>
    </message>
    <message>
        <source>quantized %1</source>
        <translation>quantisiert %1</translation>
    </message>
    <message>
        <source>%1: KL %2 nats</source>
        <translation>%1: KL %2 nats</translation>
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
        <source>values of the grid (%1, %2 bits; first group)</source>
        <translation>Werte des Gitters (%1, %2 Bit; erste Gruppe)</translation>
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
    <name>engine</name>
    <message>
        <source>Transform</source>
        <extracomment>stage transform</extracomment>
        <translation>Umformen</translation>
    </message>
    <message>
        <source>Into which equivalent network do we rewrite first?</source>
        <translation>In welches gleichwertige Netz schreiben wir es zuerst um?</translation>
    </message>
    <message>
        <source>Activation-aware scales</source>
        <translation>Skalen nach Aktivierungen</translation>
    </message>
    <message>
        <source>Scales inputs with strong activations up before rounding, as strongly as the least output error wants</source>
        <translation>Vergrößert Eingaben mit starken Aktivierungen vor dem Runden, so stark, wie es der kleinste Ausgabefehler will</translation>
    </message>
    <message>
        <source>Fold into the network</source>
        <translation>In das Netz falten</translation>
    </message>
    <message>
        <source>Rewrites norms and layers before, so that no factors are stored; layers where that is impossible stay as they are</source>
        <translation>Schreibt Normen und Schichten davor um, so dass keine Faktoren gespeichert werden; Schichten, bei denen das nicht geht, bleiben, wie sie sind</translation>
    </message>
    <message>
        <source>Strengths</source>
        <translation>Stärken</translation>
    </message>
    <message>
        <source>Powers of the mean activation that are tried, 0 among them</source>
        <translation>Potenzen der mittleren Aktivierung, die versucht werden, 0 darunter</translation>
    </message>
    <message>
        <source>Rows tried</source>
        <translation>Versuchte Zeilen</translation>
    </message>
    <message>
        <source>Rows of each matrix that a strength is tried on</source>
        <translation>Zeilen jeder Matrix, an denen eine Stärke versucht wird</translation>
    </message>
    <message>
        <source>Search ranges</source>
        <translation>Bereiche suchen</translation>
    </message>
    <message>
        <source>Cuts off each group&apos;s largest weights where that pays, down to half of the range</source>
        <translation>Schneidet die größten Gewichte jeder Gruppe ab, wo sich das lohnt, bis zur Hälfte des Bereichs</translation>
    </message>
    <message>
        <source>Hadamard rotation</source>
        <translation>Hadamard-Drehung</translation>
    </message>
    <message>
        <source>Spreads outliers over all inputs by a random rotation; costs a seed</source>
        <translation>Verteilt Ausreißer durch eine zufällige Drehung auf alle Eingaben; kostet einen Startwert</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Of the rotation&apos;s random signs</source>
        <translation>Der zufälligen Vorzeichen der Drehung</translation>
    </message>
    <message>
        <source>SmoothQuant</source>
        <translation>SmoothQuant</translation>
    </message>
    <message>
        <source>Moves outlier channels of the inputs into the weights, for 8-bit inputs</source>
        <translation>Verschiebt Ausreißerkanäle der Eingaben in die Gewichte, für Eingaben mit 8 Bit</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>alpha: 0 leaves all differences to the inputs, 1 moves all of them into the weights</source>
        <translation>alpha: 0 lässt alle Unterschiede den Eingaben, 1 verschiebt sie alle in die Gewichte</translation>
    </message>
    <message>
        <source>Rewrites the norms before, so that no factors are stored; layers that follow no norm stay as they are</source>
        <translation>Schreibt die Normen davor um, so dass keine Faktoren gespeichert werden; Schichten, die keiner Norm folgen, bleiben, wie sie sind</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>Gitter</translation>
    </message>
    <message>
        <source>Which numbers can be represented?</source>
        <translation>Welche Zahlen können dargestellt werden?</translation>
    </message>
    <message>
        <source>Affine integers</source>
        <translation>Affine ganze Zahlen</translation>
    </message>
    <message>
        <source>Equally spaced levels with a scale and a zero point per group, channel or tensor</source>
        <translation>Stufen in gleichem Abstand, mit Skala und Nullpunkt je Gruppe, Kanal oder Tensor</translation>
    </message>
    <message>
        <source>Group size</source>
        <translation>Gruppengröße</translation>
    </message>
    <message>
        <source>Input columns that share a scale; 0: the whole row</source>
        <translation>Eingabespalten, die sich eine Skala teilen; 0: die ganze Zeile</translation>
    </message>
    <message>
        <source>Granularity</source>
        <translation>Granularität</translation>
    </message>
    <message>
        <source>What shares a scale: a group of input columns, an output channel or the tensor</source>
        <translation>Was sich eine Skala teilt: eine Gruppe von Eingabespalten, ein Ausgabekanal oder der Tensor</translation>
    </message>
    <message>
        <source>Symmetric</source>
        <translation>Symmetrisch</translation>
    </message>
    <message>
        <source>No stored zero point: range -absmax..absmax</source>
        <translation>Kein gespeicherter Nullpunkt: Bereich -absmax..absmax</translation>
    </message>
    <message>
        <source>Range search</source>
        <translation>Bereichssuche</translation>
    </message>
    <message>
        <source>minmax: the full range; mse: the best of 80 shrunken ranges (norm 2.4, or squares weighted by the calibration statistics); hqq: half-quadratic, norm 0.7, without statistics; least_squares: squares, so weighted, lowered by turns of codes and scale from 20 ranges (EasyQuant)</source>
        <translation>minmax: der volle Bereich; mse: der beste von 80 verkleinerten Bereichen (Norm 2,4 oder Quadrate, gewichtet mit der Kalibrierungsstatistik); hqq: halbquadratisch, Norm 0,7, ohne Statistik; least_squares: ebenso gewichtete Quadrate, von 20 Bereichen aus abwechselnd in Codes und Skala verkleinert (EasyQuant)</translation>
    </message>
    <message>
        <source>Ragged rows</source>
        <translation>Unvollständige Zeilen</translation>
    </message>
    <message>
        <source>A row whose length is no multiple of the group size: one group, or a short last group</source>
        <translation>Eine Zeile, deren Länge kein Vielfaches der Gruppengröße ist: eine Gruppe oder eine kurze letzte Gruppe</translation>
    </message>
    <message>
        <source>Codebooks</source>
        <translation>Codebücher</translation>
    </message>
    <message>
        <source>Levels of any distance, found by k-means of the weights, for each output channel, group or tensor</source>
        <translation>Stufen in beliebigem Abstand, gefunden durch k-Means der Gewichte, für jeden Ausgabekanal, jede Gruppe oder den Tensor</translation>
    </message>
    <message>
        <source>What shares a codebook: a group of input columns, an output channel or the tensor</source>
        <translation>Was sich ein Codebuch teilt: eine Gruppe von Eingabespalten, ein Ausgabekanal oder der Tensor</translation>
    </message>
    <message>
        <source>In groups: input columns that share a codebook</source>
        <translation>In Gruppen: Eingabespalten, die sich ein Codebuch teilen</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>What an error of a weight counts: fisher: the square of the loss&apos;s gradient, on the calibration text; statistics: the second moment of its input, where there is calibration; uniform: the same for all</source>
        <translation>Was ein Fehler eines Gewichts zählt: fisher: das Quadrat des Gradienten des Verlusts, auf dem Kalibrierungstext; statistics: das zweite Moment seiner Eingabe, wo es eine Kalibrierung gibt; uniform: für alle dasselbe</translation>
    </message>
    <message>
        <source>Small floating point</source>
        <translation>Kleine Gleitkommazahlen</translation>
    </message>
    <message>
        <source>FP8, NVFP4, MX formats, NF4, block floating point: levels that lie denser around zero, or scales that are powers of two</source>
        <translation>FP8, NVFP4, MX-Formate, NF4, Blockgleitkomma: Stufen, die um null dichter liegen, oder Skalen, die Zweierpotenzen sind</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>e4m3, e5m2, e3m2, e2m3: floats of 8 and 6 bits with scales as chosen below; nvfp4: 4 bits, a scale per 16 columns and one per tensor; mx...: a power of two per 32 columns; nf4, fp4: tables of bitsandbytes; bfp, block_minifloat, block_log: a power of two per block, elements of any width</source>
        <translation>e4m3, e5m2, e3m2, e2m3: Gleitkommazahlen von 8 und 6 Bit mit den unten gewählten Skalen; nvfp4: 4 Bit, eine Skala je 16 Spalten und eine je Tensor; mx...: eine Zweierpotenz je 32 Spalten; nf4, fp4: Tabellen von bitsandbytes; bfp, block_minifloat, block_log: eine Zweierpotenz je Block, Elemente beliebiger Breite</translation>
    </message>
    <message>
        <source>e4m3, e5m2, e3m2, e2m3: what shares a scale: a group of input columns, an output channel or the tensor</source>
        <translation>e4m3, e5m2, e3m2, e2m3: was sich eine Skala teilt: eine Gruppe von Eingabespalten, ein Ausgabekanal oder der Tensor</translation>
    </message>
    <message>
        <source>e4m3, e5m2, e3m2, e2m3 in groups: input columns that share a scale</source>
        <translation>e4m3, e5m2, e3m2, e2m3 in Gruppen: Eingabespalten, die sich eine Skala teilen</translation>
    </message>
    <message>
        <source>Scale type</source>
        <translation>Art der Skalen</translation>
    </message>
    <message>
        <source>All but those of nvfp4 and powers of two: how scales are stored; F8_E4M3, of nf4 and fp4 only, has one more number for the tensor</source>
        <translation>Alle außer denen von nvfp4 und den Zweierpotenzen: wie Skalen gespeichert werden; F8_E4M3, nur für nf4 und fp4, hat eine weitere Zahl für den Tensor</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>nf4, fp4, bfp, block_minifloat, block_log: columns that share a scale; 0: 64 of nf4 and fp4, 16 of the others</source>
        <translation>nf4, fp4, bfp, block_minifloat, block_log: Spalten, die sich eine Skala teilen; 0: 64 bei nf4 und fp4, 16 bei den anderen</translation>
    </message>
    <message>
        <source>Exponent</source>
        <translation>Exponent</translation>
    </message>
    <message>
        <source>Powers of two: from the largest weight by the format&apos;s rule, or the best of three (one less, the rule&apos;s, one more) by squared error</source>
        <translation>Zweierpotenzen: nach der Regel des Formats aus dem größten Gewicht, oder die beste von dreien (eins weniger, nach der Regel, eins mehr) nach dem quadratischen Fehler</translation>
    </message>
    <message>
        <source>GGUF blocks</source>
        <translation>GGUF-Blöcke</translation>
    </message>
    <message>
        <source>Blocks of 32 or 256 weights with their scales inside, as llama.cpp reads them</source>
        <translation>Blöcke von 32 oder 256 Gewichten mit ihren Skalen darin, wie llama.cpp sie liest</translation>
    </message>
    <message>
        <source>Block family</source>
        <translation>Blockfamilie</translation>
    </message>
    <message>
        <source>k: Q2_K to Q6_K and Q8_0; legacy: Q4_0, Q5_0, Q8_0; legacy_offset: Q4_1, Q5_1; iq4_nl, iq4_xs, mxfp4: 4 bits</source>
        <translation>k: Q2_K bis Q6_K und Q8_0; legacy: Q4_0, Q5_0, Q8_0; legacy_offset: Q4_1, Q5_1; iq4_nl, iq4_xs, mxfp4: 4 Bit</translation>
    </message>
    <message>
        <source>Integer lattice</source>
        <translation>Ganzzahliges Gitter</translation>
    </message>
    <message>
        <source>Equally spaced levels without end, a step per row or matrix; for entropy coding</source>
        <translation>Stufen in gleichem Abstand ohne Ende, ein Schritt je Zeile oder Matrix; für Entropiecodierung</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Bits per weight of the coded tensor, everything counted; 0: the plan&apos;s bits</source>
        <translation>Bits je Gewicht des codierten Tensors, alles mitgezählt; 0: die Bits des Plans</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>Distance of the levels, relative to the weights&apos; rms; 0: found from the rate</source>
        <translation>Abstand der Stufen, bezogen auf das quadratische Mittel der Gewichte; 0: folgt aus der Rate</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>row: a step per output, relative to the rms of its weights; matrix: one for all, which the output&apos;s squared error wants</source>
        <translation>row: ein Schritt je Ausgabe, bezogen auf das quadratische Mittel ihrer Gewichte; matrix: einer für alle, wie der quadratische Fehler der Ausgabe es will</translation>
    </message>
    <message>
        <source>Row power</source>
        <translation>Potenz der Zeile</translation>
    </message>
    <message>
        <source>With a step per row: how far it follows the row&apos;s rms; 0: not at all, 1: as it is</source>
        <translation>Mit einem Schritt je Zeile: wie weit er dem quadratischen Mittel der Zeile folgt; 0: gar nicht, 1: ganz</translation>
    </message>
    <message>
        <source>Row grain</source>
        <translation>Körnung der Zeilen</translation>
    </message>
    <message>
        <source>With a step per row: so many different steps per doubling, which code to few bits; 0: any</source>
        <translation>Mit einem Schritt je Zeile: so viele verschiedene Schritte je Verdopplung, die sich in wenigen Bits codieren lassen; 0: beliebige</translation>
    </message>
    <message>
        <source>Centroid</source>
        <translation>Schwerpunkt</translation>
    </message>
    <message>
        <source>How far levels move towards 0, to where the weights of their cell lie: 0: not at all, 1: as for a Gaussian</source>
        <translation>Wie weit Stufen zur 0 rücken, dorthin, wo die Gewichte ihrer Zelle liegen: 0: gar nicht, 1: wie bei einer Normalverteilung</translation>
    </message>
    <message>
        <source>Low-rank codebooks</source>
        <translation>Codebücher niedrigen Rangs</translation>
    </message>
    <message>
        <source>Each group&apos;s levels combine a few templates of the whole matrix</source>
        <translation>Die Stufen jeder Gruppe verbinden einige Vorlagen der ganzen Matrix</translation>
    </message>
    <message>
        <source>Input columns that share a codebook; 0: the whole row</source>
        <translation>Eingabespalten, die sich ein Codebuch teilen; 0: die ganze Zeile</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>Rang</translation>
    </message>
    <message>
        <source>Templates that the codebooks combine; at most 2^bits - 1</source>
        <translation>Vorlagen, die die Codebücher verbinden; höchstens 2^Bits - 1</translation>
    </message>
    <message>
        <source>Double quantization</source>
        <translation>Doppelte Quantisierung</translation>
    </message>
    <message>
        <source>Coefficients in 8 bits with a factor for 256 groups; otherwise in 16 bits</source>
        <translation>Koeffizienten in 8 Bit mit einem Faktor für 256 Gruppen; sonst in 16 Bit</translation>
    </message>
    <message>
        <source>Sweeps</source>
        <translation>Durchläufe</translation>
    </message>
    <message>
        <source>At most so many turns of codes, coefficients and templates</source>
        <translation>Höchstens so viele Runden aus Codes, Koeffizienten und Vorlagen</translation>
    </message>
    <message>
        <source>Output sweeps</source>
        <translation>Durchläufe für die Ausgabe</translation>
    </message>
    <message>
        <source>With calibration: further turns that lower the error of the layer&apos;s output</source>
        <translation>Mit Kalibrierung: weitere Runden, die den Fehler der Ausgabe der Schicht verkleinern</translation>
    </message>
    <message>
        <source>Mixed widths</source>
        <translation>Gemischte Breiten</translation>
    </message>
    <message>
        <source>Affine integers with a bit more for salient groups of columns and a bit less for as many others</source>
        <translation>Affine ganze Zahlen mit einem Bit mehr für bedeutende Spaltengruppen und einem weniger für ebenso viele andere</translation>
    </message>
    <message>
        <source>Input columns that share a scale and a width</source>
        <translation>Eingabespalten, die sich Skala und Breite teilen</translation>
    </message>
    <message>
        <source>A row whose length is no multiple of the group size: one group, or a short last group, which keeps the mean width</source>
        <translation>Eine Zeile, deren Länge kein Vielfaches der Gruppengröße ist: eine Gruppe oder eine kurze letzte Gruppe, die die mittlere Breite behält</translation>
    </message>
    <message>
        <source>Allocation</source>
        <translation>Verteilung</translation>
    </message>
    <message>
        <source>salience: the most salient groups get a bit more, as many others a bit less; uniform: all the same</source>
        <translation>salience: die bedeutendsten Gruppen bekommen ein Bit mehr, ebenso viele andere eines weniger; uniform: alle dasselbe</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Maß</translation>
    </message>
    <message>
        <source>How many: by the divergence of the layer&apos;s outputs on sampled calibration inputs, or by their squared error from the Gram matrix</source>
        <translation>Wie viele: nach der Divergenz der Ausgaben der Schicht auf Stichproben der Kalibrierung oder nach ihrem quadratischen Fehler aus der Gram-Matrix</translation>
    </message>
    <message>
        <source>The best of 101 ranges within this fraction of the full one; 0: the full one</source>
        <translation>Der beste von 101 Bereichen bis zu diesem Bruchteil des vollen; 0: der volle</translation>
    </message>
    <message>
        <source>Lambda</source>
        <translation>Lambda</translation>
    </message>
    <message>
        <source>What errors of salient weights count in that search; 1: as much as others</source>
        <translation>Was Fehler bedeutender Gewichte in dieser Suche zählen; 1: so viel wie andere</translation>
    </message>
    <message>
        <source>Salience damping</source>
        <translation>Dämpfung der Bedeutung</translation>
    </message>
    <message>
        <source>Added to the Gram matrix, as a fraction of its mean diagonal, for the salience</source>
        <translation>Wird für die Bedeutung zur Gram-Matrix addiert, als Bruchteil ihrer mittleren Diagonale</translation>
    </message>
    <message>
        <source>Nested scales</source>
        <translation>Verschachtelte Skalen</translation>
    </message>
    <message>
        <source>Affine integers in small groups, whose scales and minimums are integers themselves</source>
        <translation>Affine ganze Zahlen in kleinen Gruppen, deren Skalen und Minima selbst ganze Zahlen sind</translation>
    </message>
    <message>
        <source>Input columns that share a scale and a minimum; 0: the whole row</source>
        <translation>Eingabespalten, die sich Skala und Minimum teilen; 0: die ganze Zeile</translation>
    </message>
    <message>
        <source>Scale bits</source>
        <translation>Bits der Skalen</translation>
    </message>
    <message>
        <source>Of each scale and each minimum</source>
        <translation>Jeder Skala und jedes Minimums</translation>
    </message>
    <message>
        <source>Super-group</source>
        <translation>Übergruppe</translation>
    </message>
    <message>
        <source>Groups whose scales and minimums share two 16-bit factors</source>
        <translation>Gruppen, deren Skalen und Minima sich zwei Faktoren von 16 Bit teilen</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>Runden</translation>
    </message>
    <message>
        <source>Which representable number does each weight get?</source>
        <translation>Welche darstellbare Zahl bekommt jedes Gewicht?</translation>
    </message>
    <message>
        <source>Round to nearest</source>
        <translation>Runden zum Nächsten</translation>
    </message>
    <message>
        <source>Each weight to the nearest representable value</source>
        <translation>Jedes Gewicht zum nächsten darstellbaren Wert</translation>
    </message>
    <message>
        <source>GPTQ</source>
        <translation>GPTQ</translation>
    </message>
    <message>
        <source>Column by column, spreading each error over the columns to come</source>
        <translation>Spalte für Spalte, jeder Fehler wird auf die folgenden Spalten verteilt</translation>
    </message>
    <message>
        <source>Block size</source>
        <translation>Blockgröße</translation>
    </message>
    <message>
        <source>Columns rounded between two updates of the rest; only speed</source>
        <translation>Spalten, die zwischen zwei Aktualisierungen des Rests gerundet werden; ändert nur die Geschwindigkeit</translation>
    </message>
    <message>
        <source>Activation order</source>
        <translation>Aktivierungsreihenfolge</translation>
    </message>
    <message>
        <source>Columns with the strongest inputs first</source>
        <translation>Spalten mit den stärksten Eingaben zuerst</translation>
    </message>
    <message>
        <source>Damping</source>
        <translation>Dämpfung</translation>
    </message>
    <message>
        <source>Added to the Gram matrix, as a fraction of its mean diagonal</source>
        <translation>Wird zur Gram-Matrix addiert, als Bruchteil ihrer mittleren Diagonale</translation>
    </message>
    <message>
        <source>Retries</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>How often the damping is doubled where the factorisation fails</source>
        <translation>Wie oft die Dämpfung verdoppelt wird, wenn die Zerlegung scheitert</translation>
    </message>
    <message>
        <source>Sequential</source>
        <translation>Der Reihe nach</translation>
    </message>
    <message>
        <source>Statistics come from the already quantized layers before this one</source>
        <translation>Die Statistik stammt von den schon quantisierten Schichten davor</translation>
    </message>
    <message>
        <source>Asymmetry</source>
        <translation>Asymmetrie</translation>
    </message>
    <message>
        <source>Sequential: how far to aim at the outputs that the full-precision inputs had (GPTAQ); 0: at those of the inputs as they are now</source>
        <translation>Der Reihe nach: wie weit auf die Ausgaben gezielt wird, die die Eingaben in voller Genauigkeit hatten (GPTAQ); 0: auf die der Eingaben, wie sie jetzt sind</translation>
    </message>
    <message>
        <source>Static groups</source>
        <translation>Feste Gruppen</translation>
    </message>
    <message>
        <source>With activation order: groups of the original columns, fitted before rounding; no group index to store</source>
        <translation>Bei Aktivierungsreihenfolge: Gruppen der ursprünglichen Spalten, vor dem Runden angepasst; kein Gruppenindex zu speichern</translation>
    </message>
    <message>
        <source>Error against rate</source>
        <translation>Fehler gegen Rate</translation>
    </message>
    <message>
        <source>As GPTQ, but a weight takes a more frequent code where that saves more bits than its error is worth</source>
        <translation>Wie GPTQ, aber ein Gewicht nimmt einen häufigeren Code, wo das mehr Bits spart, als sein Fehler wert ist</translation>
    </message>
    <message>
        <source>Squared steps that a bit is worth; 0: to nearest. 0.1 suits 2 bits; above 3 bits a coarser step does as well</source>
        <translation>Quadrierte Schritte, die ein Bit wert ist; 0: zum Nächsten. 0,1 passt zu 2 Bit; über 3 Bit tut es ein gröberer Schritt ebenso</translation>
    </message>
    <message>
        <source>Rounds</source>
        <translation>Runden</translation>
    </message>
    <message>
        <source>Turns of rounding with the histogram of the turn before</source>
        <translation>Wiederholungen des Rundens mit dem Histogramm der vorigen</translation>
    </message>
    <message>
        <source>Water-filled columns</source>
        <translation>Geflutete Spalten</translation>
    </message>
    <message>
        <source>As GPTQ, with a step per column so that each adds the same error</source>
        <translation>Wie GPTQ, mit einem Schritt je Spalte, so dass jede denselben Fehler beiträgt</translation>
    </message>
    <message>
        <source>Column steps are 1 / weight to this power; 0: all alike</source>
        <translation>Schritte der Spalten sind 1 / Gewicht hoch diese Zahl; 0: alle gleich</translation>
    </message>
    <message>
        <source>Gains</source>
        <translation>Faktoren</translation>
    </message>
    <message>
        <source>A column&apos;s factor by least squares once it is rounded, so that later columns make up for less</source>
        <translation>Der Faktor einer Spalte nach kleinsten Quadraten, sobald sie gerundet ist, damit spätere Spalten weniger ausgleichen müssen</translation>
    </message>
    <message>
        <source>Refit</source>
        <translation>Nachpassen</translation>
    </message>
    <message>
        <source>Factors of columns and rows once more by least squares, in turns, when all is rounded</source>
        <translation>Faktoren der Spalten und Zeilen noch einmal nach kleinsten Quadraten, abwechselnd, wenn alles gerundet ist</translation>
    </message>
    <message>
        <source>Turns</source>
        <translation>Durchgänge</translation>
    </message>
    <message>
        <source>Of the refit, at most</source>
        <translation>Des Nachpassens, höchstens</translation>
    </message>
    <message>
        <source>Grain</source>
        <translation>Körnung</translation>
    </message>
    <message>
        <source>So many different factors per doubling, which code to few bits; 0: any</source>
        <translation>So viele verschiedene Faktoren je Verdopplung, die sich in wenigen Bits codieren lassen; 0: beliebige</translation>
    </message>
    <message>
        <source>QuantEase</source>
        <translation>QuantEase</translation>
    </message>
    <message>
        <source>One weight after another to its best level, all others fixed, in sweeps over the columns</source>
        <translation>Ein Gewicht nach dem anderen auf seine beste Stufe, alle anderen fest, in Durchläufen über die Spalten</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Anfang</translation>
    </message>
    <message>
        <source>What is improved: round to nearest, or GPTQ with the parameters below</source>
        <translation>Was verbessert wird: Runden zum Nächsten, oder GPTQ mit den Parametern unten</translation>
    </message>
    <message>
        <source>Over all columns, at most</source>
        <translation>Über alle Spalten, höchstens</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>Toleranz</translation>
    </message>
    <message>
        <source>Ends where a sweep lowers the error by less, as a fraction</source>
        <translation>Endet, wenn ein Durchlauf den Fehler um weniger senkt, als Bruchteil</translation>
    </message>
    <message>
        <source>Groups are fitted to the weights, not to what GPTQ makes of them</source>
        <translation>Gruppen werden an die Gewichte angepasst, nicht an das, was GPTQ aus ihnen macht</translation>
    </message>
    <message>
        <source>Learned offsets, per layer</source>
        <translation>Gelernte Versätze, je Schicht</translation>
    </message>
    <message>
        <source>Offsets before rounding and shrunken ranges, learned by signs of gradients of the layer&apos;s output error</source>
        <translation>Versätze vor dem Runden und verkleinerte Bereiche, gelernt mit Vorzeichen der Gradienten des Ausgabefehlers der Schicht</translation>
    </message>
    <message>
        <source>Of all offsets by the sign of their gradient</source>
        <translation>Aller Versätze, nach dem Vorzeichen ihres Gradienten</translation>
    </message>
    <message>
        <source>First step, in distances of levels; falls to 0. 0: one over the number of steps</source>
        <translation>Erster Schritt, in Abständen der Stufen; fällt auf 0. 0: eins durch die Zahl der Schritte</translation>
    </message>
    <message>
        <source>Learn ranges</source>
        <translation>Bereiche lernen</translation>
    </message>
    <message>
        <source>The ends of each group&apos;s range shrink, too; not per tensor</source>
        <translation>Auch die Enden des Bereichs jeder Gruppe schrumpfen; nicht je Tensor</translation>
    </message>
    <message>
        <source>Compensate</source>
        <translation>Ausgleichen</translation>
    </message>
    <message>
        <source>What is kept beside the codes?</source>
        <translation>Was wird neben den Codes aufgehoben?</translation>
    </message>
    <message>
        <source>Refitted scales</source>
        <translation>Nachgepasste Skalen</translation>
    </message>
    <message>
        <source>After rounding, the scales that change the layer&apos;s output least; costs no bytes</source>
        <translation>Nach dem Runden die Skalen, die die Ausgabe der Schicht am wenigsten ändern; kostet keine Bytes</translation>
    </message>
    <message>
        <source>How often scales are fitted; between two fits codes go to their best levels by coordinate descent</source>
        <translation>Wie oft Skalen angepasst werden; zwischen zwei Anpassungen gehen Codes durch Koordinatenabstieg auf ihre besten Stufen</translation>
    </message>
    <message>
        <source>Low-rank correction</source>
        <translation>Korrektur niedrigen Rangs</translation>
    </message>
    <message>
        <source>A product of two thin matrices takes up most of the rounding error</source>
        <translation>Ein Produkt zweier schmaler Matrizen nimmt den größten Teil des Rundungsfehlers auf</translation>
    </message>
    <message>
        <source>Columns of the one factor and rows of the other; at most a quarter of the matrix&apos;s smaller side</source>
        <translation>Spalten des einen Faktors und Zeilen des anderen; höchstens ein Viertel der kleineren Seite der Matrix</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modus</translation>
    </message>
    <message>
        <source>whitened: least output error (EoRA); scaled: columns weighted by mean |input| (LQER); plain: least error of the weights, without statistics</source>
        <translation>whitened: kleinster Fehler der Ausgabe (EoRA); scaled: Spalten gewichtet mit dem mittleren Betrag ihrer Eingabe (LQER); plain: kleinster Fehler der Gewichte, ohne Statistik</translation>
    </message>
    <message>
        <source>Sparse outliers</source>
        <translation>Einzelne Ausreißer</translation>
    </message>
    <message>
        <source>The weights that cost most stay in 16 bits, beside the codes</source>
        <translation>Die Gewichte, die am meisten kosten, bleiben in 16 Bit, neben den Codes</translation>
    </message>
    <message>
        <source>Outliers</source>
        <translation>Ausreißer</translation>
    </message>
    <message>
        <source>Fraction of the weights that stay in 16 bits; n_sigma: at most</source>
        <translation>Anteil der Gewichte, die in 16 Bit bleiben; n_sigma: höchstens</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>Kriterium</translation>
    </message>
    <message>
        <source>magnitude: the largest; sensitivity: those whose rounding would change the layer&apos;s output most; n_sigma: far from their row&apos;s mean</source>
        <translation>magnitude: die größten; sensitivity: die, deren Runden die Ausgabe der Schicht am meisten ändern würde; n_sigma: weit weg vom Mittel ihrer Zeile</translation>
    </message>
    <message>
        <source>Sigma</source>
        <translation>Sigma</translation>
    </message>
    <message>
        <source>n_sigma: standard deviations from the row&apos;s mean</source>
        <translation>n_sigma: Standardabweichungen vom Mittel der Zeile</translation>
    </message>
    <message>
        <source>Outlier damping</source>
        <translation>Dämpfung der Ausreißer</translation>
    </message>
    <message>
        <source>sensitivity: added to the Gram matrix, as a fraction of its mean diagonal</source>
        <translation>sensitivity: wird zur Gram-Matrix addiert, als Bruchteil ihrer mittleren Diagonale</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>restore: what the weights were; least_squares: what changes the layer&apos;s output least, given all codes</source>
        <translation>restore: was die Gewichte waren; least_squares: was bei gegebenen Codes die Ausgabe der Schicht am wenigsten ändert</translation>
    </message>
    <message>
        <source>Outlier turns</source>
        <translation>Durchgänge der Ausreißer</translation>
    </message>
    <message>
        <source>Codes and outliers improved in turns (QuantEase&apos;s outlier-aware form), at most</source>
        <translation>Codes und Ausreißer werden abwechselnd verbessert (QuantEase mit Ausreißern), höchstens so oft</translation>
    </message>
    <message>
        <source>Bias correction</source>
        <translation>Biaskorrektur</translation>
    </message>
    <message>
        <source>A number per output gives back what rounding took from the mean output</source>
        <translation>Eine Zahl je Ausgabe gibt zurück, was das Runden der mittleren Ausgabe nahm</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>Abstimmen</translation>
    </message>
    <message>
        <source>Which parameters are refined by gradient afterwards?</source>
        <translation>Welche Parameter werden danach mit Gradienten verfeinert?</translation>
    </message>
    <message>
        <source>Encode</source>
        <translation>Codieren</translation>
    </message>
    <message>
        <source>How are the codes stored, losslessly?</source>
        <translation>Wie werden die Codes verlustfrei gespeichert?</translation>
    </message>
    <message>
        <source>Packed</source>
        <translation>Gepackt</translation>
    </message>
    <message>
        <source>Codes of `bits` bits, side by side</source>
        <translation>Codes von `bits` Bit, nebeneinander</translation>
    </message>
    <message>
        <source>rANS</source>
        <translation>rANS</translation>
    </message>
    <message>
        <source>Entropy-coded: as many bits as the distribution of codes needs</source>
        <translation>Entropiecodiert: so viele Bits, wie die Verteilung der Codes braucht</translation>
    </message>
    <message>
        <source>Learned rounding per layer (after AutoRound)</source>
        <translation>Gelerntes Runden je Schicht (nach AutoRound)</translation>
    </message>
    <message>
        <source>Offsets before rounding and shrunken ranges, learned by signs of gradients of each layer&apos;s output error on calibration statistics. Not AutoRound itself, which learns through whole blocks of the network.</source>
        <translation>Versätze vor dem Runden und verkleinerte Bereiche, gelernt mit Vorzeichen der Gradienten des Ausgabefehlers jeder Schicht auf der Kalibrierungsstatistik. Nicht AutoRound selbst, das durch ganze Blöcke des Netzes lernt.</translation>
    </message>
    <message>
        <source>AWQ</source>
        <translation>AWQ</translation>
    </message>
    <message>
        <source>Scales inputs with strong activations up before rounding and folds the factors into the layers before: plain rounding afterwards, nothing more is stored.</source>
        <translation>Vergrößert Eingaben mit starken Aktivierungen vor dem Runden und faltet die Faktoren in die Schichten davor: danach schlichtes Runden, gespeichert wird nichts weiter.</translation>
    </message>
    <message>
        <source>AWQ + GPTQ</source>
        <translation>AWQ + GPTQ</translation>
    </message>
    <message>
        <source>AWQ&apos;s scales, folded into the layers before, then GPTQ&apos;s rounding column by column.</source>
        <translation>AWQs Skalen, in die Schichten davor gefaltet, dann GPTQs Runden Spalte für Spalte.</translation>
    </message>
    <message>
        <source>BFP4</source>
        <translation>BFP4</translation>
    </message>
    <message>
        <source>Block floating point: sign and 3 bits, an exponent per 16 columns. Multiplies as integers; other widths with --bits. Data-free.</source>
        <translation>Blockgleitkomma: Vorzeichen und 3 Bit, ein Exponent je 16 Spalten. Multipliziert wie ganze Zahlen; andere Breiten mit --bits. Ohne Daten.</translation>
    </message>
    <message>
        <source>BFP4, activations too</source>
        <translation>BFP4, auch Aktivierungen</translation>
    </message>
    <message>
        <source>Block floating point with 4 bits for weights and for the inputs of all products of a block, attention&apos;s included. Data-free.</source>
        <translation>Blockgleitkomma mit 4 Bit für Gewichte und für die Eingaben aller Produkte eines Blocks, auch die der Attention. Ohne Daten.</translation>
    </message>
    <message>
        <source>BFP6</source>
        <translation>BFP6</translation>
    </message>
    <message>
        <source>Block floating point: sign and 5 bits, an exponent per 16 columns. Multiplies as integers; nearly lossless. Data-free.</source>
        <translation>Blockgleitkomma: Vorzeichen und 5 Bit, ein Exponent je 16 Spalten. Multipliziert wie ganze Zahlen; fast verlustfrei. Ohne Daten.</translation>
    </message>
    <message>
        <source>BFP6, activations too</source>
        <translation>BFP6, auch Aktivierungen</translation>
    </message>
    <message>
        <source>Block floating point with 6 bits for weights and for the inputs of all products of a block, attention&apos;s included. Data-free.</source>
        <translation>Blockgleitkomma mit 6 Bit für Gewichte und für die Eingaben aller Produkte eines Blocks, auch die der Attention. Ohne Daten.</translation>
    </message>
    <message>
        <source>Block logarithm</source>
        <translation>Blocklogarithmus</translation>
    </message>
    <message>
        <source>Signed powers of two whose bias is shared by 16 columns: no multiplier needed, but coarse at any width. Data-free.</source>
        <translation>Zweierpotenzen mit Vorzeichen, deren Versatz sich 16 Spalten teilen: braucht keinen Multiplizierer, ist aber bei jeder Breite grob. Ohne Daten.</translation>
    </message>
    <message>
        <source>Block minifloat</source>
        <translation>Block-Minifloat</translation>
    </message>
    <message>
        <source>Floats of 4 to 8 bits without NaN whose exponent bias is shared by 16 columns. Data-free.</source>
        <translation>Gleitkommazahlen von 4 bis 8 Bit ohne NaN, deren Exponentenversatz sich 16 Spalten teilen. Ohne Daten.</translation>
    </message>
    <message>
        <source>EasyQuant</source>
        <translation>EasyQuant</translation>
    </message>
    <message>
        <source>Weights beyond three standard deviations of their row stay in 16 bits; the ranges of the others are those with the least squared error. Needs no data.</source>
        <translation>Gewichte jenseits von drei Standardabweichungen ihrer Zeile bleiben in 16 Bit; die Bereiche der anderen sind die mit dem kleinsten quadratischen Fehler. Braucht keine Daten.</translation>
    </message>
    <message>
        <source>Entropy-coded integers</source>
        <translation>Entropiecodierte ganze Zahlen</translation>
    </message>
    <message>
        <source>Whole multiples of one step, without range or groups, written by an entropy coder: outliers cost a few bits, not a coarser grid for all. Needs no data.</source>
        <translation>Ganze Vielfache eines Schritts, ohne Bereich oder Gruppen, geschrieben von einem Entropiecodierer: Ausreißer kosten einige Bits, kein gröberes Gitter für alle. Braucht keine Daten.</translation>
    </message>
    <message>
        <source>Entropy-coded integers, GPTQ</source>
        <translation>Entropiecodierte ganze Zahlen, GPTQ</translation>
    </message>
    <message>
        <source>Whole multiples of one step, rounded column by column with GPTQ&apos;s feedback and written by an entropy coder: the least error at a given size.</source>
        <translation>Ganze Vielfache eines Schritts, Spalte für Spalte gerundet mit GPTQs Rückführung und geschrieben von einem Entropiecodierer: der kleinste Fehler bei gegebener Größe.</translation>
    </message>
    <message>
        <source>EoRA: GPTQ with a low-rank correction</source>
        <translation>EoRA: GPTQ mit Korrektur niedrigen Rangs</translation>
    </message>
    <message>
        <source>GPTQ, and beside the codes the product of two thin matrices that takes most of the remaining output error away.</source>
        <translation>GPTQ, und neben den Codes das Produkt zweier schmaler Matrizen, das den größten Teil des übrigen Ausgabefehlers wegnimmt.</translation>
    </message>
    <message>
        <source>FP8</source>
        <translation>FP8</translation>
    </message>
    <message>
        <source>8-bit floating point (e4m3) with a scale per output channel. Data-free, nearly lossless, fast on recent hardware.</source>
        <translation>Gleitkomma von 8 Bit (e4m3) mit einer Skala je Ausgabekanal. Ohne Daten, fast verlustfrei, schnell auf neuerer Hardware.</translation>
    </message>
    <message>
        <source>GGUF IQ4_NL</source>
        <translation>GGUF IQ4_NL</translation>
    </message>
    <message>
        <source>16 unevenly spaced levels, denser around zero, in blocks of 32 weights: better than Q4_0 at the same size.</source>
        <translation>16 ungleich verteilte Stufen, dichter um null, in Blöcken von 32 Gewichten: besser als Q4_0 bei gleicher Größe.</translation>
    </message>
    <message>
        <source>GGUF IQ4_XS</source>
        <translation>GGUF IQ4_XS</translation>
    </message>
    <message>
        <source>The levels of IQ4_NL in super-blocks of 256 weights: 4.25 bits per weight, the smallest 4-bit type of llama.cpp.</source>
        <translation>Die Stufen von IQ4_NL in Überblöcken von 256 Gewichten: 4,25 Bit je Gewicht, der kleinste 4-Bit-Typ von llama.cpp.</translation>
    </message>
    <message>
        <source>GGUF K-quants</source>
        <translation>GGUF-K-Quants</translation>
    </message>
    <message>
        <source>llama.cpp&apos;s Q2_K to Q6_K: super-blocks of 256 weights whose scales are small integers, searched for as llama.cpp does. Runs data-free; calibration weighs the errors like an importance matrix.</source>
        <translation>Q2_K bis Q6_K von llama.cpp: Überblöcke von 256 Gewichten, deren Skalen kleine ganze Zahlen sind, gesucht, wie llama.cpp es tut. Läuft ohne Daten; eine Kalibrierung gewichtet die Fehler wie eine Importance-Matrix.</translation>
    </message>
    <message>
        <source>GGUF Q4_0, Q5_0, Q8_0</source>
        <translation>GGUF Q4_0, Q5_0, Q8_0</translation>
    </message>
    <message>
        <source>Blocks of 32 weights with one scale: the simplest and fastest types of llama.cpp. Runs data-free; calibration weighs the errors of Q4_0 and Q5_0.</source>
        <translation>Blöcke von 32 Gewichten mit einer Skala: die einfachsten und schnellsten Typen von llama.cpp. Läuft ohne Daten; eine Kalibrierung gewichtet die Fehler von Q4_0 und Q5_0.</translation>
    </message>
    <message>
        <source>GGUF MXFP4</source>
        <translation>GGUF MXFP4</translation>
    </message>
    <message>
        <source>4-bit floating-point numbers with a power of two per 32 weights, the OCP microscaling format: 4.25 bits per weight.</source>
        <translation>Gleitkommazahlen von 4 Bit mit einer Zweierpotenz je 32 Gewichte, das Microscaling-Format von OCP: 4,25 Bit je Gewicht.</translation>
    </message>
    <message>
        <source>GPTAQ</source>
        <translation>GPTAQ</translation>
    </message>
    <message>
        <source>GPTQ that also makes up for what quantized predecessors did to a layer&apos;s inputs: aims at the outputs of the full-precision network.</source>
        <translation>GPTQ, das auch ausgleicht, was quantisierte Vorgänger mit den Eingaben einer Schicht machten: zielt auf die Ausgaben des Netzes in voller Genauigkeit.</translation>
    </message>
    <message>
        <source>Rounds column by column and spreads each error over the columns to come, so that the layer&apos;s output on calibration text changes least.</source>
        <translation>Rundet Spalte für Spalte und verteilt jeden Fehler auf die folgenden Spalten, so dass sich die Ausgabe der Schicht auf dem Kalibrierungstext am wenigsten ändert.</translation>
    </message>
    <message>
        <source>GPTQ, activation order</source>
        <translation>GPTQ, Aktivierungsreihenfolge</translation>
    </message>
    <message>
        <source>GPTQ that rounds the columns with the strongest inputs first, on groups fixed beforehand, so that nothing more is stored.</source>
        <translation>GPTQ, das die Spalten mit den stärksten Eingaben zuerst rundet, auf vorher festgelegten Gruppen, so dass nichts weiter gespeichert wird.</translation>
    </message>
    <message>
        <source>Hadamard + GPTQ</source>
        <translation>Hadamard + GPTQ</translation>
    </message>
    <message>
        <source>Rotates the inputs at random so that no weight stands out, then GPTQ. The rotation costs a seed; inputs are turned back when decoding.</source>
        <translation>Dreht die Eingaben zufällig, so dass kein Gewicht herausragt, dann GPTQ. Die Drehung kostet einen Startwert; beim Decodieren werden die Eingaben zurückgedreht.</translation>
    </message>
    <message>
        <source>Hadamard + GPTQ + refit</source>
        <translation>Hadamard + GPTQ + Nachpassen</translation>
    </message>
    <message>
        <source>Rotates the inputs at random so that no weight stands out, rounds with GPTQ on searched ranges, then fits the scales to what was rounded. The size of plain GPTQ and 8 bytes.</source>
        <translation>Dreht die Eingaben zufällig, so dass kein Gewicht herausragt, rundet mit GPTQ in gesuchten Bereichen, passt dann die Skalen an das Gerundete an. Die Größe von GPTQ allein und 8 Byte.</translation>
    </message>
    <message>
        <source>Hadamard, round to nearest</source>
        <translation>Hadamard, Runden zum Nächsten</translation>
    </message>
    <message>
        <source>Rotates the inputs at random so that no weight stands out, then rounds each to the nearest level. Needs no data; costs a seed.</source>
        <translation>Dreht die Eingaben zufällig, so dass kein Gewicht herausragt, rundet dann jedes zur nächsten Stufe. Braucht keine Daten; kostet einen Startwert.</translation>
    </message>
    <message>
        <source>Half-quadratic fit</source>
        <translation>Halbquadratische Anpassung</translation>
    </message>
    <message>
        <source>Round to nearest on a scale and a whole-number zero point per group that make a robust norm of the weights&apos; errors small. Needs no data.</source>
        <translation>Runden zum Nächsten auf Skala und ganzzahligem Nullpunkt je Gruppe, die eine robuste Norm der Gewichtsfehler klein machen. Braucht keine Daten.</translation>
    </message>
    <message>
        <source>Groups of 32 whose scales and minimums are 6-bit integers with 16-bit factors for 8 groups, as in the k-quants of llama.cpp.</source>
        <translation>Gruppen von 32, deren Skalen und Minima ganze Zahlen von 6 Bit mit 16-Bit-Faktoren für 8 Gruppen sind, wie bei den K-Quants von llama.cpp.</translation>
    </message>
    <message>
        <source>LCQ</source>
        <translation>LCQ</translation>
    </message>
    <message>
        <source>The levels of each group combine two templates that the whole matrix shares, fitted to the output of the layer.</source>
        <translation>Die Stufen jeder Gruppe verbinden zwei Vorlagen, die sich die ganze Matrix teilt, angepasst an die Ausgabe der Schicht.</translation>
    </message>
    <message>
        <source>MXFP4</source>
        <translation>MXFP4</translation>
    </message>
    <message>
        <source>4-bit floating point with a power of two per 32 columns, the open microscaling format. Data-free.</source>
        <translation>Gleitkomma von 4 Bit mit einer Zweierpotenz je 32 Spalten, das offene Microscaling-Format. Ohne Daten.</translation>
    </message>
    <message>
        <source>MXFP6</source>
        <translation>MXFP6</translation>
    </message>
    <message>
        <source>6-bit floating point (e2m3; format=mxfp6_e3m2 for more range) with a power of two per 32 columns. Data-free.</source>
        <translation>Gleitkomma von 6 Bit (e2m3; format=mxfp6_e3m2 für mehr Bereich) mit einer Zweierpotenz je 32 Spalten. Ohne Daten.</translation>
    </message>
    <message>
        <source>MXFP8</source>
        <translation>MXFP8</translation>
    </message>
    <message>
        <source>8-bit floating point (e4m3; format=mxfp8_e5m2 for more range) with a power of two per 32 columns. Data-free.</source>
        <translation>Gleitkomma von 8 Bit (e4m3; format=mxfp8_e5m2 für mehr Bereich) mit einer Zweierpotenz je 32 Spalten. Ohne Daten.</translation>
    </message>
    <message>
        <source>MXINT8</source>
        <translation>MXINT8</translation>
    </message>
    <message>
        <source>8-bit integers with a power of two per 32 columns. Data-free, nearly lossless.</source>
        <translation>Ganze Zahlen von 8 Bit mit einer Zweierpotenz je 32 Spalten. Ohne Daten, fast verlustfrei.</translation>
    </message>
    <message>
        <source>NF4</source>
        <translation>NF4</translation>
    </message>
    <message>
        <source>4-bit levels at the quantiles of a normal distribution, a scale per 64 columns (scale_type=F8_E4M3: in 8 bits). Data-free.</source>
        <translation>Stufen von 4 Bit an den Quantilen einer Normalverteilung, eine Skala je 64 Spalten (scale_type=F8_E4M3: in 8 Bit). Ohne Daten.</translation>
    </message>
    <message>
        <source>NVFP4</source>
        <translation>NVFP4</translation>
    </message>
    <message>
        <source>4-bit floating point with an 8-bit scale per 16 columns and one scale per tensor. Data-free; the 4-bit format of recent NVIDIA hardware.</source>
        <translation>Gleitkomma von 4 Bit mit einer 8-Bit-Skala je 16 Spalten und einer Skala je Tensor. Ohne Daten; das 4-Bit-Format neuerer Hardware von NVIDIA.</translation>
    </message>
    <message>
        <source>QuantEase, started from GPTQ</source>
        <translation>QuantEase, von GPTQ aus</translation>
    </message>
    <message>
        <source>GPTQ&apos;s result, improved weight by weight until no single change lowers the layer&apos;s output error on calibration text any further. Same size, never worse on that text.</source>
        <translation>Das Ergebnis von GPTQ, Gewicht für Gewicht verbessert, bis keine einzelne Änderung den Ausgabefehler der Schicht auf dem Kalibrierungstext weiter senkt. Gleiche Größe, auf diesem Text nie schlechter.</translation>
    </message>
    <message>
        <source>QuantEase with outliers</source>
        <translation>QuantEase mit Ausreißern</translation>
    </message>
    <message>
        <source>One weight in a hundred stays in 16 bits; codes and outliers are improved in turns until the layer&apos;s output error on calibration text falls no further.</source>
        <translation>Eines von hundert Gewichten bleibt in 16 Bit; Codes und Ausreißer werden abwechselnd verbessert, bis der Ausgabefehler der Schicht auf dem Kalibrierungstext nicht weiter fällt.</translation>
    </message>
    <message>
        <source>Entropy-coded integers, error against rate</source>
        <translation>Entropiecodierte ganze Zahlen, Fehler gegen Rate</translation>
    </message>
    <message>
        <source>As entropy-coded GPTQ, but a weight takes a more frequent code where that saves more bits than its error is worth: for 2.5 bits and less.</source>
        <translation>Wie entropiecodiertes GPTQ, aber ein Gewicht nimmt einen häufigeren Code, wo das mehr Bits spart, als sein Fehler wert ist: für 2,5 Bit und weniger.</translation>
    </message>
    <message>
        <source>Each weight to the nearest level between the smallest and largest of its group. Needs no data; the baseline of every other method.</source>
        <translation>Jedes Gewicht zur nächsten Stufe zwischen dem kleinsten und größten seiner Gruppe. Braucht keine Daten; die Messlatte jedes anderen Verfahrens.</translation>
    </message>
    <message>
        <source>Round to nearest, searched range</source>
        <translation>Runden zum Nächsten, gesuchter Bereich</translation>
    </message>
    <message>
        <source>As round to nearest, but each group&apos;s range is the best of 80 shrunken ones, weighted by the calibration statistics where there are any.</source>
        <translation>Wie Runden zum Nächsten, aber der Bereich jeder Gruppe ist der beste von 80 verkleinerten, gewichtet mit der Kalibrierungsstatistik, wo es eine gibt.</translation>
    </message>
    <message>
        <source>SliM-LLM</source>
        <translation>SliM-LLM</translation>
    </message>
    <message>
        <source>A bit more for the groups of columns that matter most to the layer&apos;s output and a bit less for as many others, then GPTQ: 1 to 3 bits at 2 on average.</source>
        <translation>Ein Bit mehr für die Spaltengruppen, die für die Ausgabe der Schicht am meisten zählen, und eines weniger für ebenso viele andere, dann GPTQ: 1 bis 3 Bit, im Mittel 2.</translation>
    </message>
    <message>
        <source>SmoothQuant, W8A8</source>
        <translation>SmoothQuant, W8A8</translation>
    </message>
    <message>
        <source>Moves outlier channels of the inputs into the weights, folded into the norms before; then integers of 8 bits: a scale per output channel for weights, one per token for the inputs of all products.</source>
        <translation>Verschiebt Ausreißerkanäle der Eingaben in die Gewichte, gefaltet in die Normen davor; dann ganze Zahlen von 8 Bit: eine Skala je Ausgabekanal für Gewichte, eine je Token für die Eingaben aller Produkte.</translation>
    </message>
    <message>
        <source>SpQR: GPTQ with sparse outliers</source>
        <translation>SpQR: GPTQ mit einzelnen Ausreißern</translation>
    </message>
    <message>
        <source>The weights whose rounding would change the output most stay in 16 bits; the others are rounded by GPTQ in small groups.</source>
        <translation>Die Gewichte, deren Runden die Ausgabe am meisten ändern würde, bleiben in 16 Bit; die anderen rundet GPTQ in kleinen Gruppen.</translation>
    </message>
    <message>
        <source>SqueezeLLM</source>
        <translation>SqueezeLLM</translation>
    </message>
    <message>
        <source>Each output channel has levels of its own, found by k-means in which weights that the loss is sensitive to count more, and 0.45 % of the weights stay in 16 bits.</source>
        <translation>Jeder Ausgabekanal hat eigene Stufen, gefunden durch k-Means, bei dem Gewichte mehr zählen, auf die der Verlust empfindlich ist, und 0,45 % der Gewichte bleiben in 16 Bit.</translation>
    </message>
    <message>
        <source>Entropy-coded integers, water-filled columns</source>
        <translation>Entropiecodierte ganze Zahlen, geflutete Spalten</translation>
    </message>
    <message>
        <source>As entropy-coded GPTQ, with a step for each input column so that every column adds the same error to the output.</source>
        <translation>Wie entropiecodiertes GPTQ, mit einem Schritt für jede Eingabespalte, so dass jede Spalte denselben Fehler zur Ausgabe beiträgt.</translation>
    </message>
    <message>
        <source>2 bits, more for values and outputs: the smallest, with visible losses</source>
        <translation>2 Bit, mehr für Werte und Ausgaben: das kleinste, mit sichtbaren Verlusten</translation>
    </message>
    <message>
        <source>3 bits throughout</source>
        <translation>durchweg 3 Bit</translation>
    </message>
    <message>
        <source>3 bits, 4 to 5 for values and outputs</source>
        <translation>3 Bit, 4 bis 5 für Werte und Ausgaben</translation>
    </message>
    <message>
        <source>3 bits, 5 for values and outputs</source>
        <translation>3 Bit, 5 für Werte und Ausgaben</translation>
    </message>
    <message>
        <source>4 bits on uneven levels: the smallest 4-bit mix</source>
        <translation>4 Bit auf ungleichen Stufen: die kleinste Mischung mit 4 Bit</translation>
    </message>
    <message>
        <source>4-bit floating point with a power of two per 32 weights</source>
        <translation>Gleitkommazahlen von 4 Bit mit einer Zweierpotenz je 32 Gewichte</translation>
    </message>
    <message>
        <source>4 bits in plain blocks of 32: fast everywhere</source>
        <translation>4 Bit in schlichten Blöcken von 32: überall schnell</translation>
    </message>
    <message>
        <source>4 bits on uneven levels in blocks of 32</source>
        <translation>4 Bit auf ungleichen Stufen in Blöcken von 32</translation>
    </message>
    <message>
        <source>4 bits, 5 for the first blocks&apos; most sensitive tensors</source>
        <translation>4 Bit, 5 für die empfindlichsten Tensoren der ersten Blöcke</translation>
    </message>
    <message>
        <source>4 bits, 6 for half of the sensitive tensors: the usual choice</source>
        <translation>4 Bit, 6 für die Hälfte der empfindlichen Tensoren: die übliche Wahl</translation>
    </message>
    <message>
        <source>4 bits with an offset per block of 32</source>
        <translation>4 Bit mit einem Versatz je Block von 32</translation>
    </message>
    <message>
        <source>5 bits in plain blocks of 32</source>
        <translation>5 Bit in schlichten Blöcken von 32</translation>
    </message>
    <message>
        <source>5 bits throughout</source>
        <translation>durchweg 5 Bit</translation>
    </message>
    <message>
        <source>5 bits, 6 for half of the sensitive tensors</source>
        <translation>5 Bit, 6 für die Hälfte der empfindlichen Tensoren</translation>
    </message>
    <message>
        <source>5 bits with an offset per block of 32</source>
        <translation>5 Bit mit einem Versatz je Block von 32</translation>
    </message>
    <message>
        <source>6 bits: hardly told from the original</source>
        <translation>6 Bit: kaum vom Original zu unterscheiden</translation>
    </message>
    <message>
        <source>8 bits: as good as the original</source>
        <translation>8 Bit: so gut wie das Original</translation>
    </message>
    <message>
        <source>llama.cpp</source>
        <translation>llama.cpp</translation>
    </message>
    <message>
        <source>GGUF files on CPUs and GPUs; also Ollama, LM Studio and koboldcpp</source>
        <translation>GGUF-Dateien auf CPUs und GPUs; auch Ollama, LM Studio und koboldcpp</translation>
    </message>
    <message>
        <source>vLLM</source>
        <translation>vLLM</translation>
    </message>
    <message>
        <source>Serving on GPUs; GPTQ, AWQ and compressed-tensors. SGLang loads the same</source>
        <translation>Bedienen vieler Anfragen auf GPUs; GPTQ, AWQ und compressed-tensors. SGLang lädt dasselbe</translation>
    </message>
    <message>
        <source>transformers</source>
        <translation>transformers</translation>
    </message>
    <message>
        <source>The Python library; GPTQ, AWQ and compressed-tensors by their packages</source>
        <translation>Die Python-Bibliothek; GPTQ, AWQ und compressed-tensors mit deren Paketen</translation>
    </message>
    <message>
        <source>ExLlamaV2</source>
        <translation>ExLlamaV2</translation>
    </message>
    <message>
        <source>Fast inference on one consumer GPU; GPTQ with 4 bits</source>
        <translation>Schnelle Inferenz auf einer einzelnen GPU; GPTQ mit 4 Bit</translation>
    </message>
    <message>
        <source>Bitsmith</source>
        <translation>Bitsmith</translation>
    </message>
    <message>
        <source>This program; its container holds every plan exactly</source>
        <translation>Dieses Programm; sein Container nimmt jeden Plan exakt auf</translation>
    </message>
    <message>
        <source>4-bit integers with one group size for transformers, vLLM and SGLang</source>
        <translation>Ganze Zahlen von 4 Bit mit einer Gruppengröße, für transformers, vLLM und SGLang</translation>
    </message>
    <message>
        <source>Shard size</source>
        <translation>Größe der Teile</translation>
    </message>
    <message>
        <source>Megabytes of tensors per file; larger models are split</source>
        <translation>Megabyte an Tensoren je Datei; größere Modelle werden geteilt</translation>
    </message>
    <message>
        <source>Bitsmith container</source>
        <translation>Bitsmith-Container</translation>
    </message>
    <message>
        <source>Bitsmith&apos;s own folder, which holds any quantized matrix</source>
        <translation>Bitsmiths eigener Ordner, der jede quantisierte Matrix aufnimmt</translation>
    </message>
    <message>
        <source>Entropy-coded</source>
        <translation>Entropiecodiert</translation>
    </message>
    <message>
        <source>All tensors as few bits as they need; decoded when loaded</source>
        <translation>Alle Tensoren in so wenigen Bits, wie sie brauchen; beim Laden decodiert</translation>
    </message>
    <message>
        <source>compressed-tensors</source>
        <translation>compressed-tensors</translation>
    </message>
    <message>
        <source>Integers of 2 to 8 bits, FP8, NVFP4 and MXFP4 for vLLM and transformers</source>
        <translation>Ganze Zahlen von 2 bis 8 Bit, FP8, NVFP4 und MXFP4 für vLLM und transformers</translation>
    </message>
    <message>
        <source>8-bit integers</source>
        <translation>Ganze Zahlen von 8 Bit</translation>
    </message>
    <message>
        <source>packed: weights alone; w8a8: plain bytes, and programs round activations to 8 bits as well, which is faster and less exact</source>
        <translation>packed: nur die Gewichte; w8a8: schlichte Bytes, und Programme runden auch Aktivierungen auf 8 Bit, was schneller und ungenauer ist</translation>
    </message>
    <message>
        <source>Packing of odd widths</source>
        <translation>Packen ungerader Breiten</translation>
    </message>
    <message>
        <source>How 3, 5, 6 and 7 bits fill words; dense: compressed-tensors 0.18 and later; padded: before</source>
        <translation>Wie 3, 5, 6 und 7 Bit Wörter füllen; dense: compressed-tensors ab 0.18; padded: davor</translation>
    </message>
    <message>
        <source>GGUF</source>
        <translation>GGUF</translation>
    </message>
    <message>
        <source>One file for llama.cpp and the programs built on it (Ollama, LM Studio, ...)</source>
        <translation>Eine Datei für llama.cpp und die Programme darauf (Ollama, LM Studio, ...)</translation>
    </message>
    <message>
        <source>Unquantized matrices</source>
        <translation>Nicht quantisierte Matrizen</translation>
    </message>
    <message>
        <source>Type of the matrices that are not quantized, embedding and head among them; norms and biases are F32</source>
        <translation>Typ der Matrizen, die nicht quantisiert sind, darunter Einbettung und Kopf; Normen und Biaswerte sind F32</translation>
    </message>
    <message>
        <source>What does not fit</source>
        <translation>Was nicht passt</translation>
    </message>
    <message>
        <source>Type of the quantized matrices that GGUF blocks cannot hold exactly; F32 keeps their values</source>
        <translation>Typ der quantisierten Matrizen, die GGUF-Blöcke nicht exakt aufnehmen; F32 behält ihre Werte</translation>
    </message>
    <message>
        <source>Split after</source>
        <translation>Teilen nach</translation>
    </message>
    <message>
        <source>MB of tensors in each file; 0: one file</source>
        <translation>MB an Tensoren in jeder Datei; 0: eine Datei</translation>
    </message>
    <message>
        <source>Integers of 2, 3, 4 or 8 bits for transformers, vLLM, SGLang and GPTQModel</source>
        <translation>Ganze Zahlen von 2, 3, 4 oder 8 Bit für transformers, vLLM, SGLang und GPTQModel</translation>
    </message>
    <message>
        <source>Zero points</source>
        <translation>Nullpunkte</translation>
    </message>
    <message>
        <source>gptq stores them minus 1, which every program reads; gptq_v2 as they are, which asymmetric weights need for safety; auto chooses by symmetry</source>
        <translation>gptq speichert sie minus 1, was jedes Programm liest; gptq_v2, wie sie sind, was asymmetrische Gewichte sicherheitshalber brauchen; auto wählt nach der Symmetrie</translation>
    </message>
    <message>
        <source>Dense safetensors</source>
        <translation>Dichte safetensors</translation>
    </message>
    <message>
        <source>The represented numbers, unpacked, for every program that loads models of Hugging Face</source>
        <translation>Die dargestellten Zahlen, entpackt, für jedes Programm, das Modelle von Hugging Face lädt</translation>
    </message>
    <message>
        <source>Element type</source>
        <translation>Elementtyp</translation>
    </message>
    <message>
        <source>F32 is exact; F16 and BF16 take half the space and round</source>
        <translation>F32 ist exakt; F16 und BF16 brauchen halb so viel Platz und runden</translation>
    </message>
    <message>
        <source>Lagrangian</source>
        <translation>Lagrange</translation>
    </message>
    <message>
        <source>One price of a byte for all tensors, then fills up what is left</source>
        <translation>Ein Preis je Byte für alle Tensoren, dann wird aufgefüllt, was übrig ist</translation>
    </message>
    <message>
        <source>Greedy</source>
        <translation>Gierig</translation>
    </message>
    <message>
        <source>From the smallest widths up, always the step that saves most for a byte</source>
        <translation>Von den kleinsten Breiten aufwärts, immer der Schritt, der je Byte am meisten spart</translation>
    </message>
    <message>
        <source>Exact</source>
        <translation>Exakt</translation>
    </message>
    <message>
        <source>The least loss within the budget, proven: dynamic programming around the Lagrangian&apos;s solution</source>
        <translation>Der kleinste Verlust im Budget, bewiesen: dynamische Programmierung um die Lösung des Lagrange-Verfahrens</translation>
    </message>
    <message>
        <source>Most work</source>
        <translation>Höchste Arbeit</translation>
    </message>
    <message>
        <source>States that may be looked at, about 20 million a second; beyond it the result says how far from the optimum it may be</source>
        <translation>Zustände, die angesehen werden dürfen, etwa 20 Millionen je Sekunde; darüber sagt das Ergebnis, wie weit vom Optimum es sein kann</translation>
    </message>
    <message>
        <source>Uniform</source>
        <translation>Einheitlich</translation>
    </message>
    <message>
        <source>The largest common width that fits</source>
        <translation>Die größte gemeinsame Breite, die passt</translation>
    </message>
    <message>
        <source>Q-BERT</source>
        <translation>Q-BERT</translation>
    </message>
    <message>
        <source>The larger of two widths for the tensors of the highest scores</source>
        <translation>Die größere zweier Breiten für die Tensoren mit dem höchsten Maß</translation>
    </message>
    <message>
        <source>Larger width</source>
        <translation>Größere Breite</translation>
    </message>
    <message>
        <source>Of the most sensitive tensors, in bits; 0: at least one more than the smaller</source>
        <translation>Der empfindlichsten Tensoren, in Bit; 0: mindestens eines mehr als die kleinere</translation>
    </message>
    <message>
        <source>Smaller width</source>
        <translation>Kleinere Breite</translation>
    </message>
    <message>
        <source>Of the others, in bits; 0: the largest that all can have</source>
        <translation>Der anderen, in Bit; 0: die größte, die alle haben können</translation>
    </message>
    <message>
        <source>CPTQuant</source>
        <translation>CPTQuant</translation>
    </message>
    <message>
        <source>Three clusters of scores, three widths; boundaries moved to the budget</source>
        <translation>Drei Klassen nach dem Maß, drei Breiten; die Grenzen werden an das Budget angepasst</translation>
    </message>
    <message>
        <source>Largest width</source>
        <translation>Größte Breite</translation>
    </message>
    <message>
        <source>Of the most sensitive cluster, in bits</source>
        <translation>Der empfindlichsten Klasse, in Bit</translation>
    </message>
    <message>
        <source>Middle width</source>
        <translation>Mittlere Breite</translation>
    </message>
    <message>
        <source>Of the middle cluster, in bits</source>
        <translation>Der mittleren Klasse, in Bit</translation>
    </message>
    <message>
        <source>Smallest width</source>
        <translation>Kleinste Breite</translation>
    </message>
    <message>
        <source>Of the least sensitive cluster, in bits</source>
        <translation>Der unempfindlichsten Klasse, in Bit</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Zufall</translation>
    </message>
    <message>
        <source>Control: every tensor gets the sensitivity of a random other one</source>
        <translation>Kontrolle: jeder Tensor bekommt die Empfindlichkeit eines zufälligen anderen</translation>
    </message>
    <message>
        <source>Another seed, another deal</source>
        <translation>Anderer Startwert, andere Zuteilung</translation>
    </message>
    <message>
        <source>Reversed</source>
        <translation>Umgekehrt</translation>
    </message>
    <message>
        <source>Control: the most sensitive tensors are taken for the least sensitive</source>
        <translation>Kontrolle: die empfindlichsten Tensoren werden für die unempfindlichsten gehalten</translation>
    </message>
    <message>
        <source>Weight error</source>
        <translation>Gewichtsfehler</translation>
    </message>
    <message>
        <source>Relative squared error of the weights; knows nothing of the data</source>
        <translation>Relativer quadratischer Fehler der Gewichte; weiß nichts von den Daten</translation>
    </message>
    <message>
        <source>Output error</source>
        <translation>Ausgabefehler</translation>
    </message>
    <message>
        <source>Relative squared error of the layer&apos;s output on the calibration text</source>
        <translation>Relativer quadratischer Fehler der Ausgabe der Schicht auf dem Kalibrierungstext</translation>
    </message>
    <message>
        <source>Measured KL</source>
        <translation>Gemessene KL</translation>
    </message>
    <message>
        <source>Divergence of the model&apos;s predictions with this tensor alone quantized</source>
        <translation>Divergenz der Vorhersagen des Modells, wenn allein dieser Tensor quantisiert ist</translation>
    </message>
    <message>
        <source>Pruning (PMPQ)</source>
        <translation>Ausdünnen (PMPQ)</translation>
    </message>
    <message>
        <source>Divergence when 10, 30 and 50 % of the tensor&apos;s smallest weights are zero</source>
        <translation>Divergenz, wenn 10, 30 und 50 % der kleinsten Gewichte des Tensors null sind</translation>
    </message>
    <message>
        <source>Canonical correlation (CMPQ)</source>
        <translation>Kanonische Korrelation (CMPQ)</translation>
    </message>
    <message>
        <source>How little a block&apos;s hidden states have in common with other blocks&apos;</source>
        <translation>Wie wenig die verborgenen Zustände eines Blocks mit denen anderer gemein haben</translation>
    </message>
    <message>
        <source>Taylor (TDMPQ)</source>
        <translation>Taylor (TDMPQ)</translation>
    </message>
    <message>
        <source>Change of the loss to first and second order, from its gradient and Fisher information</source>
        <translation>Änderung des Verlusts erster und zweiter Ordnung, aus Gradient und Fisher-Information</translation>
    </message>
    <message>
        <source>Delta loss</source>
        <translation>Delta-Verlust</translation>
    </message>
    <message>
        <source>Sum of |gradient x rounding error| over the weights: a first-order bound on the loss</source>
        <translation>Summe von |Gradient x Rundungsfehler| über die Gewichte: eine Schranke erster Ordnung für den Verlust</translation>
    </message>
    <message>
        <source>Fisher information</source>
        <translation>Fisher-Information</translation>
    </message>
    <message>
        <source>Second-order change of the loss, its curvature taken from squared gradients</source>
        <translation>Änderung des Verlusts zweiter Ordnung, seine Krümmung aus quadrierten Gradienten</translation>
    </message>
    <message>
        <source>Hessian trace (HAWQ-V2)</source>
        <translation>Hesse-Spur (HAWQ-V2)</translation>
    </message>
    <message>
        <source>Mean curvature of the loss along the tensor&apos;s weights</source>
        <translation>Mittlere Krümmung des Verlusts entlang der Gewichte des Tensors</translation>
    </message>
    <message>
        <source>Top Hessian eigenvalue (Q-BERT)</source>
        <translation>Größter Hesse-Eigenwert (Q-BERT)</translation>
    </message>
    <message>
        <source>Sharpest curvature of the loss in the tensor&apos;s weights, and its spread</source>
        <translation>Schärfste Krümmung des Verlusts in den Gewichten des Tensors, und ihre Streuung</translation>
    </message>
    <message>
        <source>Magnitude</source>
        <translation>Betrag</translation>
    </message>
    <message>
        <source>The weights alone; no calibration</source>
        <translation>Allein die Gewichte; keine Kalibrierung</translation>
    </message>
    <message>
        <source>Weights times the mean magnitude of their input</source>
        <translation>Gewichte mal mittlerer Betrag ihrer Eingabe</translation>
    </message>
    <message>
        <source>Wanda</source>
        <translation>Wanda</translation>
    </message>
    <message>
        <source>Weights times the norm of their input</source>
        <translation>Gewichte mal Norm ihrer Eingabe</translation>
    </message>
    <message>
        <source>OBS</source>
        <translation>OBS</translation>
    </message>
    <message>
        <source>What removing a weight costs when all others of its row make up for it</source>
        <translation>Was das Entfernen eines Gewichts kostet, wenn alle anderen seiner Zeile es ausgleichen</translation>
    </message>
    <message>
        <source>SparseGPT</source>
        <translation>SparseGPT</translation>
    </message>
    <message>
        <source>As OBS, but only the channels after it make up for a weight</source>
        <translation>Wie OBS, aber nur die Kanäle danach gleichen ein Gewicht aus</translation>
    </message>
    <message>
        <source>As the paper of SliM-LLM writes it: channels weigh twice as much as in OBS</source>
        <translation>Wie die Arbeit zu SliM-LLM es schreibt: Kanäle wiegen doppelt so viel wie bei OBS</translation>
    </message>
    <message>
        <source>|w|</source>
        <translation>|w|</translation>
    </message>
    <message>
        <source>|w| · mean |x|</source>
        <translation>|w| · Mittel |x|</translation>
    </message>
    <message>
        <source>|w| · ‖x‖₂</source>
        <translation>|w| · ‖x‖₂</translation>
    </message>
    <message>
        <source>w² / [H⁻¹]ⱼⱼ</source>
        <translation>w² / [H⁻¹]ⱼⱼ</translation>
    </message>
    <message>
        <source>w² / Uⱼⱼ², H⁻¹ = UᵀU</source>
        <translation>w² / Uⱼⱼ², H⁻¹ = UᵀU</translation>
    </message>
    <message>
        <source>w² / [H⁻¹]ⱼⱼ²</source>
        <translation>w² / [H⁻¹]ⱼⱼ²</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>strided</source>
        <translation>mit Schrittweite</translation>
    </message>
    <message>
        <source>llamacpp</source>
        <translation>llamacpp</translation>
    </message>
    <message>
        <source>packed, by group</source>
        <translation>gepackt, je Gruppe</translation>
    </message>
    <message>
        <source>canonical Huffman</source>
        <translation>kanonischer Huffman-Code</translation>
    </message>
    <message>
        <source>rANS, one table</source>
        <translation>rANS, eine Tabelle</translation>
    </message>
    <message>
        <source>zstd -1, two codes a byte</source>
        <translation>zstd -1, zwei Codes je Byte</translation>
    </message>
    <message>
        <source>zstd -3, two codes a byte</source>
        <translation>zstd -3, zwei Codes je Byte</translation>
    </message>
    <message>
        <source>zstd -19, two codes a byte</source>
        <translation>zstd -19, zwei Codes je Byte</translation>
    </message>
    <message>
        <source>zstd -1, a code a byte</source>
        <translation>zstd -1, ein Code je Byte</translation>
    </message>
    <message>
        <source>zstd -3, a code a byte</source>
        <translation>zstd -3, ein Code je Byte</translation>
    </message>
    <message>
        <source>zstd -19, a code a byte</source>
        <translation>zstd -19, ein Code je Byte</translation>
    </message>
    <message>
        <source>zstd -1, 16-bit words</source>
        <translation>zstd -1, Wörter von 16 Bit</translation>
    </message>
    <message>
        <source>zstd -3, 16-bit words</source>
        <translation>zstd -3, Wörter von 16 Bit</translation>
    </message>
    <message>
        <source>zstd -19, 16-bit words</source>
        <translation>zstd -19, Wörter von 16 Bit</translation>
    </message>
    <message>
        <source>packed, 1 bits</source>
        <translation>gepackt, 1 Bit</translation>
    </message>
    <message>
        <source>packed, 2 bits</source>
        <translation>gepackt, 2 Bit</translation>
    </message>
    <message>
        <source>packed, 3 bits</source>
        <translation>gepackt, 3 Bit</translation>
    </message>
    <message>
        <source>packed, 4 bits</source>
        <translation>gepackt, 4 Bit</translation>
    </message>
    <message>
        <source>packed, 5 bits</source>
        <translation>gepackt, 5 Bit</translation>
    </message>
    <message>
        <source>packed, 6 bits</source>
        <translation>gepackt, 6 Bit</translation>
    </message>
    <message>
        <source>packed, 7 bits</source>
        <translation>gepackt, 7 Bit</translation>
    </message>
    <message>
        <source>packed, 8 bits</source>
        <translation>gepackt, 8 Bit</translation>
    </message>
    <message>
        <source>packed, 9 bits</source>
        <translation>gepackt, 9 Bit</translation>
    </message>
    <message>
        <source>packed, 10 bits</source>
        <translation>gepackt, 10 Bit</translation>
    </message>
    <message>
        <source>packed, 11 bits</source>
        <translation>gepackt, 11 Bit</translation>
    </message>
    <message>
        <source>packed, 12 bits</source>
        <translation>gepackt, 12 Bit</translation>
    </message>
    <message>
        <source>packed, 13 bits</source>
        <translation>gepackt, 13 Bit</translation>
    </message>
    <message>
        <source>packed, 14 bits</source>
        <translation>gepackt, 14 Bit</translation>
    </message>
    <message>
        <source>packed, 15 bits</source>
        <translation>gepackt, 15 Bit</translation>
    </message>
    <message>
        <source>packed, 16 bits</source>
        <translation>gepackt, 16 Bit</translation>
    </message>
    <message>
        <source>made: bfloat16 weights, normal</source>
        <translation>erzeugt: bfloat16-Gewichte, normalverteilt</translation>
    </message>
    <message>
        <source>O_DIRECT</source>
        <translation>O_DIRECT</translation>
    </message>
    <message>
        <source>page cache</source>
        <translation>Seitencache</translation>
    </message>
    <message>
        <source>read after posix_fadvise(DONTNEED)</source>
        <translation>read nach posix_fadvise(DONTNEED)</translation>
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
        <source>preparing</source>
        <translation>vorbereiten</translation>
    </message>
    <message>
        <source>preparing files</source>
        <translation>Dateien vorbereiten</translation>
    </message>
    <message>
        <source>tokenizing</source>
        <translation>Text zerlegen</translation>
    </message>
    <message>
        <source>predicting</source>
        <translation>vorhersagen</translation>
    </message>
    <message>
        <source>calibrating</source>
        <translation>kalibrieren</translation>
    </message>
    <message>
        <source>measuring gradients</source>
        <translation>Gradienten messen</translation>
    </message>
    <message>
        <source>choosing</source>
        <translation>wählen</translation>
    </message>
    <message>
        <source>choosing scales</source>
        <translation>Skalen wählen</translation>
    </message>
    <message>
        <source>quantizing</source>
        <translation>quantisieren</translation>
    </message>
    <message>
        <source>quantizing in all ways</source>
        <translation>auf alle Arten quantisieren</translation>
    </message>
    <message>
        <source>activations</source>
        <translation>Aktivierungen</translation>
    </message>
    <message>
        <source>counting codes</source>
        <translation>Codes zählen</translation>
    </message>
    <message>
        <source>sizes of what is kept</source>
        <translation>Größen dessen, was bleibt</translation>
    </message>
    <message>
        <source>running the full-precision model</source>
        <translation>das Modell in voller Genauigkeit ausführen</translation>
    </message>
    <message>
        <source>measuring</source>
        <translation>messen</translation>
    </message>
    <message>
        <source>checking</source>
        <translation>prüfen</translation>
    </message>
    <message>
        <source>checking what was written</source>
        <translation>Geschriebenes prüfen</translation>
    </message>
    <message>
        <source>compressing</source>
        <translation>komprimieren</translation>
    </message>
    <message>
        <source>decompressing</source>
        <translation>dekomprimieren</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>schreiben</translation>
    </message>
    <message>
        <source>reading</source>
        <translation>lesen</translation>
    </message>
    <message>
        <source>reading back</source>
        <translation>zurücklesen</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>laden</translation>
    </message>
    <message>
        <source>decoding from memory</source>
        <translation>aus dem Speicher decodieren</translation>
    </message>
    <message>
        <source>verifying</source>
        <translation>nachprüfen</translation>
    </message>
    <message>
        <source>&apos;{}&apos; is no block type of GGUF</source>
        <translation>&apos;{}&apos; ist kein Blocktyp von GGUF</translation>
    </message>
    <message>
        <source>&apos;{}&apos;: {} NaN or infinite weights were taken as 0</source>
        <translation>&apos;{}&apos;: {} Gewichte, die NaN oder unendlich sind, wurden als 0 genommen</translation>
    </message>
    <message>
        <source>1 layer input cannot be folded: {}. Their matrices are rounded without scales; fold=false keeps scales beside the codes</source>
        <translation>1 Eingabe von Schichten lässt sich nicht falten: {}. Ihre Matrizen werden ohne Skalen gerundet; fold=false behält Skalen neben den Codes</translation>
    </message>
    <message>
        <source>1 tensor that the network does not use is left out</source>
        <translation>1 Tensor, den das Netz nicht benutzt, wird ausgelassen</translation>
    </message>
    <message>
        <source>4 bits with zero points; fast from AWQ and compressed-tensors files, on a slower kernel and in float16 only from GPTQ files</source>
        <translation>4 Bit mit Nullpunkten; schnell aus Dateien von AWQ und compressed-tensors, aus GPTQ-Dateien auf einem langsameren Kernel und nur in float16</translation>
    </message>
    <message>
        <source>8 bits with zero points; code minus zero goes beyond the signed byte that Q8_0 stores</source>
        <translation>8 Bit mit Nullpunkten; Code minus Nullpunkt geht über das Byte mit Vorzeichen hinaus, das Q8_0 speichert</translation>
    </message>
    <message>
        <source>8 bits with zero points; only kernels of the newest GPUs have them, a GPTQ file runs on a slower one in float16</source>
        <translation>8 Bit mit Nullpunkten; nur Kernel der neuesten GPUs haben sie, eine GPTQ-Datei läuft auf einem langsameren in float16</translation>
    </message>
    <message>
        <source>AWQ has no activation order; the groups of this matrix are not contiguous</source>
        <translation>AWQ hat keine Aktivierungsreihenfolge; die Gruppen dieser Matrix hängen nicht zusammen</translation>
    </message>
    <message>
        <source>AWQ has one group size for the model, {} here; this tensor has {}</source>
        <translation>AWQ hat eine Gruppengröße für das Modell, hier {}; dieser Tensor hat {}</translation>
    </message>
    <message>
        <source>AWQ holds 4 bits, not {}</source>
        <translation>AWQ nimmt 4 Bit auf, nicht {}</translation>
    </message>
    <message>
        <source>AWQ packs 8 rows at a time and whole groups; this is {} x {} in groups of {}</source>
        <translation>AWQ packt je 8 Zeilen und ganze Gruppen; dies ist {} x {} in Gruppen von {}</translation>
    </message>
    <message>
        <source>Choose a format for another program</source>
        <translation>Ein Format für ein anderes Programm wählen</translation>
    </message>
    <message>
        <source>Choose vLLM or transformers as the target, which load GPTQ and compressed-tensors.</source>
        <translation>vLLM oder transformers als Ziel wählen, die GPTQ und compressed-tensors laden.</translation>
    </message>
    <message>
        <source>Choose vLLM or transformers as the target.</source>
        <translation>vLLM oder transformers als Ziel wählen.</translation>
    </message>
    <message>
        <source>Export as GPTQ.</source>
        <translation>Als GPTQ exportieren.</translation>
    </message>
    <message>
        <source>Export densely (safetensors), or keep it as a Bitsmith container.</source>
        <translation>Dicht exportieren (safetensors) oder als Bitsmith-Container behalten.</translation>
    </message>
    <message>
        <source>Export the model densely (safetensors).</source>
        <translation>Das Modell dicht exportieren (safetensors).</translation>
    </message>
    <message>
        <source>Export to gguf, or densely (safetensors).</source>
        <translation>Als gguf oder dicht exportieren (safetensors).</translation>
    </message>
    <message>
        <source>Export to gptq or gguf.</source>
        <translation>Als gptq oder gguf exportieren.</translation>
    </message>
    <message>
        <source>Export to gptq, or quantize without activation order or with static groups.</source>
        <translation>Als gptq exportieren oder ohne Aktivierungsreihenfolge oder mit festen Gruppen quantisieren.</translation>
    </message>
    <message>
        <source>GGUF has no {}</source>
        <translation>GGUF hat kein {}</translation>
    </message>
    <message>
        <source>GGUF names tensors by what they are in the network; choose another format</source>
        <translation>GGUF benennt Tensoren nach dem, was sie im Netz sind; ein anderes Format wählen</translation>
    </message>
    <message>
        <source>GPT-2&apos;s layers are Conv1D, which only the GPTQ loader replaces by quantized ones</source>
        <translation>Die Schichten von GPT-2 sind Conv1D, die nur der Lader von GPTQ durch quantisierte ersetzt</translation>
    </message>
    <message>
        <source>GPTQ holds 2, 3, 4 and 8 bits, not {}</source>
        <translation>GPTQ nimmt 2, 3, 4 und 8 Bit auf, nicht {}</translation>
    </message>
    <message>
        <source>GPTQ packs 32 rows and columns at a time; this is {} x {}</source>
        <translation>GPTQ packt je 32 Zeilen und Spalten; dies ist {} x {}</translation>
    </message>
    <message>
        <source>Give all of them {}.</source>
        <translation>Allen dieselbe Form geben: {}.</translation>
    </message>
    <message>
        <source>Give q, k, v and gate, up of a block the same form.</source>
        <translation>q, k, v und gate, up eines Blocks dieselbe Form geben.</translation>
    </message>
    <message>
        <source>It runs on a slower kernel, in float16; keep it as stored if that matters.</source>
        <translation>Läuft auf einem langsameren Kernel, in float16; wie gespeichert lassen, wenn das stört.</translation>
    </message>
    <message>
        <source>Keep all of them as stored, or quantize all of them alike.</source>
        <translation>Alle wie gespeichert lassen oder alle gleich quantisieren.</translation>
    </message>
    <message>
        <source>Keep it as stored.</source>
        <translation>Wie gespeichert lassen.</translation>
    </message>
    <message>
        <source>Keep this tensor as it is, or export to compressed-tensors or gguf.</source>
        <translation>Diesen Tensor lassen, wie er ist, oder als compressed-tensors oder gguf exportieren.</translation>
    </message>
    <message>
        <source>Keep this tensor as it is, or export to compressed-tensors.</source>
        <translation>Diesen Tensor lassen, wie er ist, oder als compressed-tensors exportieren.</translation>
    </message>
    <message>
        <source>Nothing to do, but look at its size; llama.cpp&apos;s own tools choose the same.</source>
        <translation>Nichts zu tun, nur auf die Größe achten; die eigenen Werkzeuge von llama.cpp wählen dasselbe.</translation>
    </message>
    <message>
        <source>Numbers beyond 65504 become infinite in F16.</source>
        <translation>Zahlen über 65504 werden in F16 unendlich.</translation>
    </message>
    <message>
        <source>Open the model&apos;s folder instead of a single file.</source>
        <translation>Den Ordner des Modells statt einer einzelnen Datei öffnen.</translation>
    </message>
    <message>
        <source>Programs will round activations to 8 bits as well.</source>
        <translation>Programme werden auch Aktivierungen auf 8 Bit runden.</translation>
    </message>
    <message>
        <source>Quantize again and keep this tensor as it is.</source>
        <translation>Neu quantisieren und diesen Tensor lassen, wie er ist.</translation>
    </message>
    <message>
        <source>Quantize again as fp8 or mxfp8, or export densely (safetensors).</source>
        <translation>Neu als fp8 oder mxfp8 quantisieren oder dicht exportieren (safetensors).</translation>
    </message>
    <message>
        <source>Quantize again as nvfp4 or mxfp4, or export densely (safetensors).</source>
        <translation>Neu als nvfp4 oder mxfp4 quantisieren oder dicht exportieren (safetensors).</translation>
    </message>
    <message>
        <source>Quantize again as nvfp4 or mxfp4.</source>
        <translation>Neu als nvfp4 oder mxfp4 quantisieren.</translation>
    </message>
    <message>
        <source>Quantize again on the affine grid, or export to a format that has it (gguf, compressed-tensors, safetensors).</source>
        <translation>Neu auf dem affinen Gitter quantisieren oder in ein Format exportieren, das dieses hier hat (gguf, compressed-tensors, safetensors).</translation>
    </message>
    <message>
        <source>Quantize again with 16-bit scales, or export to compressed-tensors.</source>
        <translation>Neu mit Skalen von 16 Bit quantisieren oder als compressed-tensors exportieren.</translation>
    </message>
    <message>
        <source>Quantize again with a group size that divides the columns.</source>
        <translation>Neu mit einer Gruppengröße quantisieren, die die Spalten teilt.</translation>
    </message>
    <message>
        <source>Quantize again with the recipe gptq, export densely (safetensors), or keep it as a Bitsmith container.</source>
        <translation>Neu mit dem Rezept gptq quantisieren, dicht exportieren (safetensors) oder als Bitsmith-Container behalten.</translation>
    </message>
    <message>
        <source>Quantize again without activation order or with static groups.</source>
        <translation>Neu ohne Aktivierungsreihenfolge oder mit festen Gruppen quantisieren.</translation>
    </message>
    <message>
        <source>Quantize again without bias correction, or keep it as a Bitsmith container.</source>
        <translation>Neu ohne Biaskorrektur quantisieren oder als Bitsmith-Container behalten.</translation>
    </message>
    <message>
        <source>Quantize all tensors with the same group size, or export to gptq.</source>
        <translation>Alle Tensoren mit derselben Gruppengröße quantisieren oder als gptq exportieren.</translation>
    </message>
    <message>
        <source>Quantize it first, or export it densely (safetensors).</source>
        <translation>Zuerst quantisieren oder dicht exportieren (safetensors).</translation>
    </message>
    <message>
        <source>Quantize it to symmetric integers of 4 bits.</source>
        <translation>Zu symmetrischen ganzen Zahlen von 4 Bit quantisieren.</translation>
    </message>
    <message>
        <source>Quantize it with a recipe of GGUF&apos;s own blocks (gguf_k, or one of the types by name), or set &apos;otherwise&apos; to F32, F16 or Q8_0 to write its values without these codes</source>
        <translation>Mit einem Rezept der Blöcke von GGUF quantisieren (gguf_k oder einer der Typen beim Namen), oder „Was nicht passt“ auf F32, F16 oder Q8_0 stellen, um die Werte ohne diese Codes zu schreiben</translation>
    </message>
    <message>
        <source>Quantize the original model again, with F16 scales.</source>
        <translation>Das ursprüngliche Modell neu quantisieren, mit Skalen in F16.</translation>
    </message>
    <message>
        <source>Quantize this tensor with 4 bits, or export to gptq or compressed-tensors.</source>
        <translation>Diesen Tensor mit 4 Bit quantisieren oder als gptq oder compressed-tensors exportieren.</translation>
    </message>
    <message>
        <source>Quantize this tensor with one of these, or export to compressed-tensors.</source>
        <translation>Diesen Tensor mit einer dieser Breiten quantisieren oder als compressed-tensors exportieren.</translation>
    </message>
    <message>
        <source>Some matrices have an activation order, which vLLM loads and compressed-tensors since 0.19 refuses.</source>
        <translation>Manche Matrizen haben eine Aktivierungsreihenfolge, die vLLM lädt und compressed-tensors seit 0.19 ablehnt.</translation>
    </message>
    <message>
        <source>Stored as gptq_v2, which GPTQModel, transformers and vLLM since October 2025 load; older programs know only gptq.</source>
        <translation>Als gptq_v2 gespeichert, was GPTQModel, transformers und vLLM seit Oktober 2025 laden; ältere Programme kennen nur gptq.</translation>
    </message>
    <message>
        <source>The file gets no vocabulary, so programs can give it token ids but no text: {}</source>
        <translation>Die Datei bekommt kein Vokabular, so dass Programme ihr Token-Nummern geben können, aber keinen Text: {}</translation>
    </message>
    <message>
        <source>Use 4 bits, or keep the tensor as stored.</source>
        <translation>4 Bit verwenden oder den Tensor wie gespeichert lassen.</translation>
    </message>
    <message>
        <source>Use 4 bits.</source>
        <translation>4 Bit verwenden.</translation>
    </message>
    <message>
        <source>Use 8 bits, or 4.</source>
        <translation>8 Bit verwenden, oder 4.</translation>
    </message>
    <message>
        <source>Use 8 bits.</source>
        <translation>8 Bit verwenden.</translation>
    </message>
    <message>
        <source>Use a build of the last months.</source>
        <translation>Einen Stand der letzten Monate verwenden.</translation>
    </message>
    <message>
        <source>Use a symmetric grid for speed from every format.</source>
        <translation>Ein symmetrisches Gitter verwenden, um aus jedem Format schnell zu sein.</translation>
    </message>
    <message>
        <source>Use a symmetric grid, or at most 7 bits.</source>
        <translation>Ein symmetrisches Gitter verwenden, oder höchstens 7 Bit.</translation>
    </message>
    <message>
        <source>Use a symmetric grid.</source>
        <translation>Ein symmetrisches Gitter verwenden.</translation>
    </message>
    <message>
        <source>Use integers of 2, 3, 4 or 8 bits if memory matters.</source>
        <translation>Ganze Zahlen von 2, 3, 4 oder 8 Bit verwenden, wenn Speicher zählt.</translation>
    </message>
    <message>
        <source>Use integers of {} bits, or a GGUF type.</source>
        <translation>Ganze Zahlen von {} Bit verwenden, oder einen Typ von GGUF.</translation>
    </message>
    <message>
        <source>Use one of these, or symmetric integers of 4 or 8 bits.</source>
        <translation>Eines davon verwenden, oder symmetrische ganze Zahlen von 4 oder 8 Bit.</translation>
    </message>
    <message>
        <source>Use static groups, which need no group index.</source>
        <translation>Feste Gruppen verwenden, die keinen Gruppenindex brauchen.</translation>
    </message>
    <message>
        <source>Use static groups.</source>
        <translation>Feste Gruppen verwenden.</translation>
    </message>
    <message>
        <source>Use symmetric integers of 4 or 8 bits.</source>
        <translation>Symmetrische ganze Zahlen von 4 oder 8 Bit verwenden.</translation>
    </message>
    <message>
        <source>Use symmetric integers.</source>
        <translation>Symmetrische ganze Zahlen verwenden.</translation>
    </message>
    <message>
        <source>Use {}.</source>
        <translation>Stattdessen {} verwenden.</translation>
    </message>
    <message>
        <source>Weights are rounded to {}.</source>
        <translation>Gewichte werden auf {} gerundet.</translation>
    </message>
    <message>
        <source>Zero points are stored minus 1; some programs misread those that are 0. gptq_v2 is safe.</source>
        <translation>Nullpunkte werden minus 1 gespeichert; manche Programme lesen die falsch, die 0 sind. gptq_v2 ist sicher.</translation>
    </message>
    <message>
        <source>a 4-bit float needs a scale of F8_E4M3 per 16 columns or of F8_E8M0 per 32; this has {} per {}</source>
        <translation>eine Gleitkommazahl von 4 Bit braucht eine Skala in F8_E4M3 je 16 Spalten oder in F8_E8M0 je 32; hier ist es {} je {}</translation>
    </message>
    <message>
        <source>a copy of the embedding, which loaders of this architecture ask for</source>
        <translation>eine Kopie der Einbettung, die Lader dieser Architektur verlangen</translation>
    </message>
    <message>
        <source>a matrix of {} x {}; ExLlama needs multiples of 32 on both sides</source>
        <translation>eine Matrix von {} x {}; ExLlama braucht auf beiden Seiten Vielfache von 32</translation>
    </message>
    <message>
        <source>a matrix of {} x {}; GPTQ packs multiples of 32 on both sides, and compressed-tensors does not fit all layers</source>
        <translation>eine Matrix von {} x {}; GPTQ packt auf beiden Seiten Vielfache von 32, und compressed-tensors passt nicht für alle Schichten</translation>
    </message>
    <message>
        <source>a matrix of {} x {}; the packed integers that vLLM loads need multiples of 32 on both sides</source>
        <translation>eine Matrix von {} x {}; die gepackten ganzen Zahlen, die vLLM lädt, brauchen auf beiden Seiten Vielfache von 32</translation>
    </message>
    <message>
        <source>a product of rank {}</source>
        <translation>ein Produkt vom Rang {}</translation>
    </message>
    <message>
        <source>a quantized embedding; {} looks tokens up in 16 bits</source>
        <translation>eine quantisierte Einbettung; {} schlägt Token in 16 Bit nach</translation>
    </message>
    <message>
        <source>a rotation</source>
        <translation>eine Drehung</translation>
    </message>
    <message>
        <source>a scale of it is no number</source>
        <translation>eine Skala darin ist keine Zahl</translation>
    </message>
    <message>
        <source>a shift of its outputs</source>
        <translation>eine Verschiebung seiner Ausgaben</translation>
    </message>
    <message>
        <source>calibration too small for the rank: {} tokens for {} input channels, at least {} are needed and several times as many are better</source>
        <translation>Kalibrierung zu klein für den Rang: {} Token für {} Eingabekanäle, mindestens {} sind nötig und ein Mehrfaches ist besser</translation>
    </message>
    <message>
        <source>clusters of {}, {} and {} tensors became {}, {} and {} at widths {}, {} and {}</source>
        <translation>Klassen von {}, {} und {} Tensoren wurden {}, {} und {} bei den Breiten {}, {} und {}</translation>
    </message>
    <message>
        <source>codebooks of {} levels</source>
        <translation>Codebücher mit {} Stufen</translation>
    </message>
    <message>
        <source>codebooks of {} levels for each group</source>
        <translation>Codebücher mit {} Stufen für jede Gruppe</translation>
    </message>
    <message>
        <source>codebooks of {} levels for each row</source>
        <translation>Codebücher mit {} Stufen für jede Zeile</translation>
    </message>
    <message>
        <source>codebooks of {} levels for each tensor</source>
        <translation>Codebücher mit {} Stufen für jeden Tensor</translation>
    </message>
    <message>
        <source>combinations of {} templates</source>
        <translation>Verbindungen von {} Vorlagen</translation>
    </message>
    <message>
        <source>compressed-tensors has no factors of columns, which this tensor keeps beside its codes</source>
        <translation>compressed-tensors hat keine Faktoren von Spalten, die dieser Tensor neben seinen Codes behält</translation>
    </message>
    <message>
        <source>compressed-tensors has no place for {}, which this tensor keeps beside its codes</source>
        <translation>compressed-tensors hat keinen Platz für {}; dieser Tensor behält das neben seinen Codes</translation>
    </message>
    <message>
        <source>compressed-tensors has no {}</source>
        <translation>compressed-tensors hat kein {}</translation>
    </message>
    <message>
        <source>compressed-tensors has no {}; of the floating-point formats it has e4m3 and e2m1</source>
        <translation>compressed-tensors hat kein {}; von den Gleitkommaformaten hat es e4m3 und e2m1</translation>
    </message>
    <message>
        <source>compressed-tensors has one width for a whole tensor; groups of this one have their own, {} bits on average</source>
        <translation>compressed-tensors hat eine Breite für einen ganzen Tensor; Gruppen dieses Tensors haben eigene, im Mittel {} Bit</translation>
    </message>
    <message>
        <source>compressed-tensors holds at most 8 bits; codes of this tensor reach beyond -128 to 127</source>
        <translation>compressed-tensors nimmt höchstens 8 Bit auf; Codes dieses Tensors reichen über -128 bis 127 hinaus</translation>
    </message>
    <message>
        <source>compressed-tensors holds integers with a scale of 16 bits; levels of this tensor are {}</source>
        <translation>compressed-tensors nimmt ganze Zahlen mit einer Skala von 16 Bit auf; Stufen dieses Tensors: {}</translation>
    </message>
    <message>
        <source>damping was raised from {:.3g} to {:.3g} after {} failed factorisations</source>
        <translation>die Dämpfung wurde nach {2} gescheiterten Zerlegungen von {0} auf {1} erhöht</translation>
    </message>
    <message>
        <source>elements of {} have no place in a safetensors file</source>
        <translation>Elemente vom Typ {} haben keinen Platz in einer safetensors-Datei</translation>
    </message>
    <message>
        <source>every tensor has its largest width; {} bytes of the budget are left over</source>
        <translation>jeder Tensor hat seine größte Breite; {} Bytes des Budgets bleiben übrig</translation>
    </message>
    <message>
        <source>everything has width {}; {} bytes are left for a larger one</source>
        <translation>alles hat die Breite {}; {} Bytes bleiben für eine größere</translation>
    </message>
    <message>
        <source>factors of its columns</source>
        <translation>Faktoren seiner Spalten</translation>
    </message>
    <message>
        <source>floating-point formats have no activation order</source>
        <translation>Gleitkommaformate haben keine Aktivierungsreihenfolge</translation>
    </message>
    <message>
        <source>gate and up</source>
        <translation>gate und up</translation>
    </message>
    <message>
        <source>groups in activation order beside layers with natural groups; vLLM has one flag, desc_act, for the whole model</source>
        <translation>Gruppen in Aktivierungsreihenfolge neben Schichten mit natürlichen Gruppen; vLLM hat einen Schalter, desc_act, für das ganze Modell</translation>
    </message>
    <message>
        <source>groups of {}</source>
        <translation>Gruppen von {}</translation>
    </message>
    <message>
        <source>groups of {} in rows of {}; ExLlama needs a power of two from 32 that divides the row, or one scale per row</source>
        <translation>Gruppen von {} in Zeilen von {}; ExLlama braucht eine Zweierpotenz ab 32, die die Zeile teilt, oder eine Skala je Zeile</translation>
    </message>
    <message>
        <source>groups of {} in rows of {}; vLLM takes groups of 32, 64 or 128 that divide the row, or one scale per row</source>
        <translation>Gruppen von {} in Zeilen von {}; vLLM nimmt Gruppen von 32, 64 oder 128, die die Zeile teilen, oder eine Skala je Zeile</translation>
    </message>
    <message>
        <source>groups of {}; GGUF&apos;s blocks have {} columns, and a group must hold whole blocks</source>
        <translation>Gruppen von {}; die Blöcke von GGUF haben {} Spalten, und eine Gruppe muss aus ganzen Blöcken bestehen</translation>
    </message>
    <message>
        <source>groups that follow the activation order; GGUF has no group index, its blocks are 32 neighbouring columns</source>
        <translation>Gruppen, die der Aktivierungsreihenfolge folgen; GGUF hat keinen Gruppenindex, seine Blöcke sind 32 benachbarte Spalten</translation>
    </message>
    <message>
        <source>how its rotary embedding is scaled is not known</source>
        <translation>wie seine Rotationseinbettung skaliert ist, ist nicht bekannt</translation>
    </message>
    <message>
        <source>int4 per row</source>
        <translation>int4 je Zeile</translation>
    </message>
    <message>
        <source>integers beyond 8 bits, or with something beside the codes</source>
        <translation>ganze Zahlen über 8 Bit, oder mit etwas neben den Codes</translation>
    </message>
    <message>
        <source>int{} per row</source>
        <translation>int{} je Zeile</translation>
    </message>
    <message>
        <source>int{} per row sym</source>
        <translation>int{} je Zeile sym</translation>
    </message>
    <message>
        <source>it has a factor for each column, which GGUF blocks have not</source>
        <translation>er hat einen Faktor für jede Spalte, den GGUF-Blöcke nicht haben</translation>
    </message>
    <message>
        <source>it has a scale for the whole tensor, which MXFP4 has not</source>
        <translation>er hat eine Skala für den ganzen Tensor, die MXFP4 nicht hat</translation>
    </message>
    <message>
        <source>it keeps {} beside its codes, which GGUF has no place for</source>
        <translation>er behält {} neben seinen Codes, wofür GGUF keinen Platz hat</translation>
    </message>
    <message>
        <source>it projects embeddings or norms after the blocks</source>
        <translation>es projiziert Einbettungen oder normiert nach den Blöcken</translation>
    </message>
    <message>
        <source>it scales attention in another way</source>
        <translation>es skaliert die Attention anders</translation>
    </message>
    <message>
        <source>it scales rotary frequencies one by one, which llama.cpp reads for the LLaMA architecture alone</source>
        <translation>es skaliert die Drehfrequenzen einzeln, was llama.cpp nur für die Architektur LLaMA liest</translation>
    </message>
    <message>
        <source>its MLP has {} built in, this model has another activation</source>
        <translation>sein MLP hat {} eingebaut, dieses Modell hat eine andere Aktivierung</translation>
    </message>
    <message>
        <source>its YaRN scaling does not round its bounds</source>
        <translation>seine YaRN-Skalierung rundet ihre Grenzen nicht</translation>
    </message>
    <message>
        <source>its YaRN scaling has an attention factor of its own</source>
        <translation>seine YaRN-Skalierung hat einen eigenen Faktor für die Attention</translation>
    </message>
    <message>
        <source>its attention has biases, which llama.cpp leaves out</source>
        <translation>seine Attention hat Biaswerte, die llama.cpp weglässt</translation>
    </message>
    <message>
        <source>its attention has no biases, which llama.cpp asks for</source>
        <translation>seine Attention hat keine Biaswerte, die llama.cpp verlangt</translation>
    </message>
    <message>
        <source>its groups follow the activation order; GGUF blocks are columns side by side</source>
        <translation>seine Gruppen folgen der Aktivierungsreihenfolge; GGUF-Blöcke sind Spalten nebeneinander</translation>
    </message>
    <message>
        <source>its groups of columns have different widths; GGUF blocks of a tensor have one</source>
        <translation>seine Spaltengruppen haben verschiedene Breiten; GGUF-Blöcke eines Tensors haben eine</translation>
    </message>
    <message>
        <source>its groups of {} columns do not fit GGUF blocks of {}</source>
        <translation>seine Gruppen von {} Spalten passen nicht zu GGUF-Blöcken von {}</translation>
    </message>
    <message>
        <source>its levels are {}, which no GGUF block type has</source>
        <translation>seine Stufen hat kein Blocktyp von GGUF: {}</translation>
    </message>
    <message>
        <source>its rows have {} columns; GGUF blocks take {} at a time</source>
        <translation>seine Zeilen haben {} Spalten; GGUF-Blöcke nehmen je {}</translation>
    </message>
    <message>
        <source>its scales are {}, and {} is no F16 number, which GGUF blocks have</source>
        <translation>seine Skalen sind {}, und {} ist keine F16-Zahl, wie GGUF-Blöcke sie haben</translation>
    </message>
    <message>
        <source>its {}-bit codes less their zeros reach from {} to {}, and no GGUF block holds more than -128 to 127</source>
        <translation>seine Codes von {} Bit minus Nullpunkt reichen von {} bis {}, und kein GGUF-Block nimmt mehr als -128 bis 127 auf</translation>
    </message>
    <message>
        <source>kept as stored</source>
        <translation>wie gespeichert</translation>
    </message>
    <message>
        <source>llama.cpp cannot run this {} model as it is: {}</source>
        <translation>llama.cpp kann dieses Modell ({}) nicht ausführen, wie es ist: {}</translation>
    </message>
    <message>
        <source>llama.cpp computes GELU with its tanh approximation; this model was trained with the exact function</source>
        <translation>llama.cpp berechnet GELU mit der Näherung durch tanh; dieses Modell wurde mit der exakten Funktion trainiert</translation>
    </message>
    <message>
        <source>llama.cpp gives this architecture no sliding window: behind the window&apos;s length its results differ</source>
        <translation>llama.cpp gibt dieser Architektur kein gleitendes Fenster: hinter der Länge des Fensters weichen seine Ergebnisse ab</translation>
    </message>
    <message>
        <source>llama.cpp has no architecture for the family &apos;{}&apos;, so no GGUF of it can be run. Export it as GPTQ, AWQ or compressed-tensors instead</source>
        <translation>llama.cpp hat keine Architektur für die Familie &apos;{}&apos;, so dass kein GGUF davon ausgeführt werden kann. Stattdessen als GPTQ, AWQ oder compressed-tensors exportieren</translation>
    </message>
    <message>
        <source>no gradients of this matrix are known, which take a calibration text: its weights count by their inputs&apos; statistics, or alike without any</source>
        <translation>von dieser Matrix sind keine Gradienten bekannt, die einen Kalibrierungstext brauchen: ihre Gewichte zählen nach der Statistik ihrer Eingaben, oder ohne eine alle gleich</translation>
    </message>
    <message>
        <source>no program loads AWQ weights of this architecture (they lie as in x out)</source>
        <translation>kein Programm lädt AWQ-Gewichte dieser Architektur (sie liegen als Eingaben x Ausgaben)</translation>
    </message>
    <message>
        <source>not in the imatrix: all its inputs count the same</source>
        <translation>nicht in der Wichtigkeitsmatrix: alle Eingaben zählen gleich</translation>
    </message>
    <message>
        <source>nothing in this model is quantized</source>
        <translation>in diesem Modell ist nichts quantisiert</translation>
    </message>
    <message>
        <source>of the floating-point grids GGUF has e2m1 in groups of 32 with power-of-two scales (MXFP4); this is {} in groups of {}</source>
        <translation>von den Gleitkommagittern hat GGUF e2m1 in Gruppen von 32 mit Zweierpotenzen als Skalen (MXFP4); dies ist {} in Gruppen von {}</translation>
    </message>
    <message>
        <source>one scale for the tensor, written once per row</source>
        <translation>eine Skala für den Tensor, einmal je Zeile geschrieben</translation>
    </message>
    <message>
        <source>one scale per row</source>
        <translation>eine Skala je Zeile</translation>
    </message>
    <message>
        <source>only layers behind a norm are smoothed</source>
        <translation>nur Schichten hinter einer Norm werden geglättet</translation>
    </message>
    <message>
        <source>programs load linear layers only, not weights that lie as in x out</source>
        <translation>Programme laden nur lineare Schichten, nicht Gewichte, die als Eingaben x Ausgaben liegen</translation>
    </message>
    <message>
        <source>programs load quantized weights of linear layers only</source>
        <translation>Programme laden quantisierte Gewichte nur von linearen Schichten</translation>
    </message>
    <message>
        <source>q, k and v</source>
        <translation>q, k und v</translation>
    </message>
    <message>
        <source>rank {} instead of {}: at most a quarter of {}</source>
        <translation>Rang {} statt {}: höchstens ein Viertel von {}</translation>
    </message>
    <message>
        <source>rounded to nearest: the Gram matrix could not be factorised, even with damping {:.3g}</source>
        <translation>zum Nächsten gerundet: die Gram-Matrix ließ sich nicht zerlegen, auch nicht mit der Dämpfung {}</translation>
    </message>
    <message>
        <source>rounded to nearest: the calibration text never reached this layer</source>
        <translation>zum Nächsten gerundet: der Kalibrierungstext hat diese Schicht nie erreicht</translation>
    </message>
    <message>
        <source>rows of {} columns are no whole Q8_0 blocks</source>
        <translation>Zeilen von {} Spalten sind keine ganzen Blöcke von Q8_0</translation>
    </message>
    <message>
        <source>rows of {}; no block type of GGUF has a row that is no multiple of {}</source>
        <translation>Zeilen von {}; kein Blocktyp von GGUF hat eine Zeile, die kein Vielfaches von {} ist</translation>
    </message>
    <message>
        <source>rows of {}; {} has blocks of {}, so it becomes {}</source>
        <translation>Zeilen von {}; {} hat Blöcke von {}, also wird es {}</translation>
    </message>
    <message>
        <source>scales of type {}; GGUF&apos;s blocks have F16 scales</source>
        <translation>Skalen vom Typ {}; die Blöcke von GGUF haben Skalen in F16</translation>
    </message>
    <message>
        <source>some weights are beyond 32767 steps, or a step is beyond a 16-bit scale; they were clipped</source>
        <translation>manche Gewichte liegen jenseits von 32767 Schritten, oder ein Schritt jenseits einer Skala von 16 Bit; sie wurden abgeschnitten</translation>
    </message>
    <message>
        <source>steps whose scales and minimums are {} bits each</source>
        <translation>Schritte, deren Skalen und Minima je {} Bit haben</translation>
    </message>
    <message>
        <source>stopped after {} tokens: the context of {} tokens is full</source>
        <translation>nach {} Token angehalten: der Kontext von {} Token ist voll</translation>
    </message>
    <message>
        <source>symmetric: all zero points are 8</source>
        <translation>symmetrisch: alle Nullpunkte sind 8</translation>
    </message>
    <message>
        <source>texts longer than {} tokens would need dynamic rotary scaling, which GGUF cannot say</source>
        <translation>Texte von mehr als {} Token bräuchten eine dynamische Skalierung der Drehung, die GGUF nicht ausdrücken kann</translation>
    </message>
    <message>
        <source>the Gram matrix could not be factorised: salience is that of the weights alone</source>
        <translation>die Gram-Matrix ließ sich nicht zerlegen: die Bedeutung ist die der Gewichte allein</translation>
    </message>
    <message>
        <source>the activation before it is no ReLU and has no gate, so that factors do not pass through it</source>
        <translation>die Aktivierung davor ist kein ReLU und hat kein Gate, so dass Faktoren nicht hindurchgehen</translation>
    </message>
    <message>
        <source>the architecture &apos;{}&apos;; ExLlama runs LLaMA, Mistral, Qwen2 and Qwen3</source>
        <translation>die Architektur &apos;{}&apos;; ExLlama führt LLaMA, Mistral, Qwen2 und Qwen3 aus</translation>
    </message>
    <message>
        <source>the architecture &apos;{}&apos;; llama.cpp has none of that name</source>
        <translation>die Architektur &apos;{}&apos;; llama.cpp hat keine dieses Namens</translation>
    </message>
    <message>
        <source>the architecture is unknown, and with it which layers vLLM joins</source>
        <translation>die Architektur ist unbekannt, und damit, welche Schichten vLLM verbindet</translation>
    </message>
    <message>
        <source>the least loss is not proven: stopped after looking at {} states; it is at most {:.3g} ({:.2g} %) lower. A larger `work` goes on</source>
        <translation>der kleinste Verlust ist nicht bewiesen: angehalten nach {} Zuständen; er liegt höchstens {} ({} %) tiefer. Ein größeres `work` sucht weiter</translation>
    </message>
    <message>
        <source>the norm before it also feeds the sum that goes around the layer</source>
        <translation>die Norm davor speist auch die Summe, die um die Schicht herumgeht</translation>
    </message>
    <message>
        <source>the norm before it has no weights</source>
        <translation>die Norm davor hat keine Gewichte</translation>
    </message>
    <message>
        <source>the rotary scaling, as divisors of the frequencies</source>
        <translation>die Skalierung der Drehung, als Teiler der Frequenzen</translation>
    </message>
    <message>
        <source>the smallest choice for all leaves {} bytes of the budget unused</source>
        <translation>die kleinste Wahl für alle lässt {} Bytes des Budgets ungenutzt</translation>
    </message>
    <message>
        <source>the statistics hold no sampled inputs: widths were chosen by the squared error of outputs instead of their divergence</source>
        <translation>die Statistik enthält keine Stichproben von Eingaben: Breiten wurden nach dem quadratischen Fehler der Ausgaben statt nach ihrer Divergenz gewählt</translation>
    </message>
    <message>
        <source>the tokenizer puts a space in front of a text</source>
        <translation>der Tokenizer setzt ein Leerzeichen vor einen Text</translation>
    </message>
    <message>
        <source>the tokenizer puts tokens around a text that are not its begin or end</source>
        <translation>der Tokenizer setzt Token um einen Text, die nicht dessen Anfang oder Ende sind</translation>
    </message>
    <message>
        <source>the tokenizer rewrites texts before it cuts them</source>
        <translation>der Tokenizer schreibt Texte um, bevor er sie zerlegt</translation>
    </message>
    <message>
        <source>the tokenizer&apos;s way to cut texts has no name in GGUF</source>
        <translation>die Art, wie der Tokenizer Texte zerlegt, hat in GGUF keinen Namen</translation>
    </message>
    <message>
        <source>this tensor keeps a shift of its outputs, which a plain weight has no place for</source>
        <translation>dieser Tensor behält eine Verschiebung seiner Ausgaben, für die ein schlichtes Gewicht keinen Platz hat</translation>
    </message>
    <message>
        <source>tokenizer.json cuts texts in a way that its GGUF form cannot say exactly</source>
        <translation>tokenizer.json zerlegt Texte auf eine Art, die seine Form in GGUF nicht genau ausdrücken kann</translation>
    </message>
    <message>
        <source>tokenizer.model rewrites texts before it cuts them (characters or spaces); llama.cpp does not, its tokens may differ</source>
        <translation>tokenizer.model schreibt Texte um, bevor es sie zerlegt (Zeichen oder Leerzeichen); llama.cpp tut das nicht, seine Token können andere sein</translation>
    </message>
    <message>
        <source>too small for {:.3g} bits per weight: tables and steps are counted, too; it takes {:.3g}</source>
        <translation>zu klein für {} Bits je Gewicht: Tabellen und Schritte zählen mit; es braucht {}</translation>
    </message>
    <message>
        <source>transformers decodes a GGUF file to full precision when it loads it</source>
        <translation>transformers decodiert eine GGUF-Datei beim Laden zu voller Genauigkeit</translation>
    </message>
    <message>
        <source>what is kept beside the codes takes {:.3g} of {:.3g} bits per weight; the codes got {:.3g} more</source>
        <translation>was neben den Codes bleibt, nimmt {} von {} Bits je Gewicht; die Codes bekamen {} mehr</translation>
    </message>
    <message>
        <source>whether whole pieces that are tokens skip the merges has no name in GGUF for this tokenizer</source>
        <translation>ob ganze Stücke, die Token sind, die Verschmelzungen überspringen, hat in GGUF für diesen Tokenizer keinen Namen</translation>
    </message>
    <message>
        <source>width {} for all leaves {} bytes of the budget unused</source>
        <translation>die Breite {} für alle lässt {} Bytes des Budgets ungenutzt</translation>
    </message>
    <message>
        <source>widths of their own for groups of {}, {} bits on average</source>
        <translation>eigene Breiten für Gruppen von {}, im Mittel {} Bit</translation>
    </message>
    <message>
        <source>widths of their own for rows, {} bits on average</source>
        <translation>eigene Breiten für Zeilen, im Mittel {} Bit</translation>
    </message>
    <message>
        <source>without calibration: widths were chosen by the squared error of weights</source>
        <translation>ohne Kalibrierung: Breiten wurden nach dem quadratischen Fehler der Gewichte gewählt</translation>
    </message>
    <message>
        <source>zero points; ExLlama misreads a zero point of 0, which a group without negative weights has</source>
        <translation>Nullpunkte; ExLlama liest einen Nullpunkt von 0 falsch, den eine Gruppe ohne negative Gewichte hat</translation>
    </message>
    <message>
        <source>{} and {}</source>
        <translation>{} und {}</translation>
    </message>
    <message>
        <source>{} beside layers of other kinds; only a GGUF file holds it, and one file has one method</source>
        <translation>{} neben Schichten anderer Art; nur eine GGUF-Datei nimmt das auf, und eine Datei hat ein Verfahren</translation>
    </message>
    <message>
        <source>{} bits beside other widths; vLLM loads 2 and 3 bits only from a GPTQ file where all layers have the same</source>
        <translation>{} Bit neben anderen Breiten; vLLM lädt 2 und 3 Bit nur aus einer GPTQ-Datei, in der alle Schichten dieselbe haben</translation>
    </message>
    <message>
        <source>{} bits with nested scales, {}</source>
        <translation>{} Bit mit verschachtelten Skalen, {}</translation>
    </message>
    <message>
        <source>{} bits, symmetric, {}</source>
        <translation>{} Bit, symmetrisch, {}</translation>
    </message>
    <message>
        <source>{} bits, with zero points, {}</source>
        <translation>{} Bit, mit Nullpunkten, {}</translation>
    </message>
    <message>
        <source>{} bits; ExLlama loads GPTQ with 4 bits</source>
        <translation>{} Bit; ExLlama lädt GPTQ mit 4 Bit</translation>
    </message>
    <message>
        <source>{} bits; GPTQ has 2, 3, 4 or 8, and compressed-tensors does not fit all layers</source>
        <translation>{} Bit; GPTQ hat 2, 3, 4 oder 8, und compressed-tensors passt nicht für alle Schichten</translation>
    </message>
    <message>
        <source>{} bits; vLLM loads integers of 4 and 8 bits, and of 2 and 3 bits where the whole model has them</source>
        <translation>{} Bit; vLLM lädt ganze Zahlen von 4 und 8 Bit, und von 2 und 3 Bit, wo das ganze Modell sie hat</translation>
    </message>
    <message>
        <source>{} bits; vLLM loads them from GPTQ files only, on a slow kernel and in float16</source>
        <translation>{} Bit; vLLM lädt sie nur aus GPTQ-Dateien, auf einem langsamen Kernel und in float16</translation>
    </message>
    <message>
        <source>{} columns are no multiple of {}: stored as {} instead of {}</source>
        <translation>{} Spalten sind kein Vielfaches von {}: als {} statt {} gespeichert</translation>
    </message>
    <message>
        <source>{} columns are no whole number of groups of {}</source>
        <translation>{} Spalten sind keine ganze Zahl von Gruppen von {}</translation>
    </message>
    <message>
        <source>{} has no factors of columns, which this tensor keeps beside its codes</source>
        <translation>{} hat keine Faktoren von Spalten, die dieser Tensor neben seinen Codes behält</translation>
    </message>
    <message>
        <source>{} has no place for {}, which this tensor keeps beside its codes</source>
        <translation>{} hat keinen Platz für {}; dieser Tensor behält das neben seinen Codes</translation>
    </message>
    <message>
        <source>{} has one width for a whole tensor; groups of this one have their own, {} bits on average</source>
        <translation>{} hat eine Breite für einen ganzen Tensor; Gruppen dieses Tensors haben eigene, im Mittel {} Bit</translation>
    </message>
    <message>
        <source>{} holds at most 8 bits; codes of this tensor reach beyond -128 to 127</source>
        <translation>{} nimmt höchstens 8 Bit auf; Codes dieses Tensors reichen über -128 bis 127 hinaus</translation>
    </message>
    <message>
        <source>{} holds integers with a scale of 16 bits; levels of this tensor are {}</source>
        <translation>{} nimmt ganze Zahlen mit einer Skala von 16 Bit auf; Stufen dieses Tensors: {}</translation>
    </message>
    <message>
        <source>{} holds integers with a scale; this is {}</source>
        <translation>{} nimmt ganze Zahlen mit einer Skala auf; dies ist {}</translation>
    </message>
    <message>
        <source>{} holds scales in 16 bits; these are {}, and rounding them would change every weight</source>
        <translation>{} nimmt Skalen in 16 Bit auf; diese sind {}, und sie zu runden würde jedes Gewicht ändern</translation>
    </message>
    <message>
        <source>{} holds weights of linear layers only</source>
        <translation>{} nimmt nur Gewichte linearer Schichten auf</translation>
    </message>
    <message>
        <source>{} in activation order</source>
        <translation>{} in Aktivierungsreihenfolge</translation>
    </message>
    <message>
        <source>{} input features were always 0 in calibration; their weights were set to 0</source>
        <translation>{} Eingaben waren in der Kalibrierung immer 0; ihre Gewichte wurden auf 0 gesetzt</translation>
    </message>
    <message>
        <source>{} is known to recent builds of llama.cpp only</source>
        <translation>{} kennen nur neuere Stände von llama.cpp</translation>
    </message>
    <message>
        <source>{} is none of GGUF&apos;s block types</source>
        <translation>kein Blocktyp von GGUF: {}</translation>
    </message>
    <message>
        <source>{} is the smallest block type that holds these {}-bit codes less their zeros</source>
        <translation>{} ist der kleinste Blocktyp, der diese Codes von {} Bit minus Nullpunkt aufnimmt</translation>
    </message>
    <message>
        <source>{} layer inputs cannot be folded: {}. Their matrices are rounded without scales; fold=false keeps scales beside the codes</source>
        <translation>{} Eingaben von Schichten lassen sich nicht falten: {}. Ihre Matrizen werden ohne Skalen gerundet; fold=false behält Skalen neben den Codes</translation>
    </message>
    <message>
        <source>{} more tensors: {}</source>
        <translation>{} weitere Tensoren: {}</translation>
    </message>
    <message>
        <source>{} of {} codebooks have levels beyond what 16 bits can hold; their largest weights were clipped</source>
        <translation>{} von {} Codebüchern haben Stufen jenseits dessen, was 16 Bit fassen; ihre größten Gewichte wurden abgeschnitten</translation>
    </message>
    <message>
        <source>{} of {} groups have a range that a 16-bit scale cannot cover; their largest weights were clipped</source>
        <translation>{} von {} Gruppen haben einen Bereich, den eine Skala von 16 Bit nicht abdeckt; ihre größten Gewichte wurden abgeschnitten</translation>
    </message>
    <message>
        <source>{} of {} groups have a range that the scale&apos;s type cannot cover; their largest weights were clipped</source>
        <translation>{} von {} Gruppen haben einen Bereich, den der Typ der Skala nicht abdeckt; ihre größten Gewichte wurden abgeschnitten</translation>
    </message>
    <message>
        <source>{} of {} groups have weights so small that a 16-bit scale represents them only coarsely</source>
        <translation>{} von {} Gruppen haben so kleine Gewichte, dass eine Skala von 16 Bit sie nur grob darstellt</translation>
    </message>
    <message>
        <source>{} of {} input channels were always 0 in calibration: their weights count as 0</source>
        <translation>{} von {} Eingabekanälen waren in der Kalibrierung immer 0: ihre Gewichte zählen als 0</translation>
    </message>
    <message>
        <source>{} of {} outliers lie beyond what 16 bits hold and were clipped to 65504</source>
        <translation>{} von {} Ausreißern liegen jenseits dessen, was 16 Bit fassen, und wurden auf 65504 abgeschnitten</translation>
    </message>
    <message>
        <source>{} of {} rows have weights that a 16-bit scale cannot cover; their largest weights were clipped</source>
        <translation>{} von {} Zeilen haben Gewichte, die eine Skala von 16 Bit nicht abdeckt; ihre größten Gewichte wurden abgeschnitten</translation>
    </message>
    <message>
        <source>{} of {} steps are so small that a 16-bit scale represents them only coarsely</source>
        <translation>{} von {} Schritten sind so klein, dass eine Skala von 16 Bit sie nur grob darstellt</translation>
    </message>
    <message>
        <source>{} outliers</source>
        <translation>{} Ausreißer</translation>
    </message>
    <message>
        <source>{} outputs and {} inputs; the fast kernel needs multiples of 64 and 128</source>
        <translation>{} Ausgaben und {} Eingaben; der schnelle Kernel braucht Vielfache von 64 und 128</translation>
    </message>
    <message>
        <source>{} per channel</source>
        <translation>{} je Kanal</translation>
    </message>
    <message>
        <source>{} per tensor</source>
        <translation>{} je Tensor</translation>
    </message>
    <message>
        <source>{} says in config.json how the weights are packed, and this model has no config.json</source>
        <translation>{} sagt in config.json, wie die Gewichte gepackt sind, und dieses Modell hat keine config.json</translation>
    </message>
    <message>
        <source>{} tensors that the network does not use are left out</source>
        <translation>{} Tensoren, die das Netz nicht benutzt, werden ausgelassen</translation>
    </message>
    <message>
        <source>{} with powers of two</source>
        <translation>{} mit Zweierpotenzen</translation>
    </message>
    <message>
        <source>{}, but &apos;{}&apos; has {}; vLLM joins {} of a block into one matrix</source>
        <translation>{}, aber &apos;{}&apos; hat {}; vLLM verbindet {} eines Blocks zu einer Matrix</translation>
    </message>
    <message>
        <source>{}, groups of {}</source>
        <translation>{}, Gruppen von {}</translation>
    </message>
    <message>
        <source>{}, one scale per row</source>
        <translation>{}, eine Skala je Zeile</translation>
    </message>
    <message>
        <source>{}, one scale per tensor</source>
        <translation>{}, eine Skala je Tensor</translation>
    </message>
    <message>
        <source>{}, {}</source>
        <translation>{}, {}</translation>
    </message>
    <message>
        <source>{}: directions that the text never showed are held by the damping alone ({:.3g} of the mean diagonal)</source>
        <translation>{}: Richtungen, die der Text nie zeigte, hält allein die Dämpfung ({} der mittleren Diagonale)</translation>
    </message>
    <message>
        <source>{}: {}</source>
        <translation>{}: {}</translation>
    </message>
    <message>
        <source>{}; GPTQ has integers only, and compressed-tensors does not fit all layers</source>
        <translation>{}; GPTQ hat nur ganze Zahlen, und compressed-tensors passt nicht für alle Schichten</translation>
    </message>
    <message>
        <source>{}; llama.cpp may cut texts into other tokens</source>
        <translation>{}; llama.cpp zerlegt Texte vielleicht in andere Token</translation>
    </message>
    <message>
        <source>{}; of our formats ExLlama loads GPTQ&apos;s integers of 4 bits</source>
        <translation>{}; von unseren Formaten lädt ExLlama die ganzen Zahlen von GPTQ mit 4 Bit</translation>
    </message>
    <message>
        <source>{}; transformers reads no GGUF file of the architecture &apos;{}&apos;</source>
        <translation>{}; transformers liest keine GGUF-Datei der Architektur &apos;{}&apos;</translation>
    </message>
    <message>
        <source>{}; vLLM loads e4m3 with a scale per row or tensor, NVFP4 (groups of 16) and MXFP4 (groups of 32)</source>
        <translation>{}; vLLM lädt e4m3 mit einer Skala je Zeile oder Tensor, NVFP4 (Gruppen von 16) und MXFP4 (Gruppen von 32)</translation>
    </message>
    <message>
        <source>{}; vLLM loads integers with a scale of 16 bits</source>
        <translation>{}; vLLM lädt ganze Zahlen mit einer Skala von 16 Bit</translation>
    </message>
    <message>
        <source>{}; vLLM loads one width per tensor</source>
        <translation>{}; vLLM lädt eine Breite je Tensor</translation>
    </message>
    <message>
        <source>{}; vLLM reads GGUF files experimentally and slowly, and no other file holds such blocks</source>
        <translation>{}; vLLM liest GGUF-Dateien versuchsweise und langsam, und keine andere Datei nimmt solche Blöcke auf</translation>
    </message>
    <message>
        <source>&apos;{}&apos; is larger than the memory limit: weights are read one block at a time</source>
        <translation>„{}“ ist größer als die Speichergrenze: Gewichte werden blockweise gelesen</translation>
    </message>
    <message>
        <source>about {} for {:.0f} measurements on {} tokens</source>
        <translation>etwa {} für {} Messungen auf {} Token</translation>
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
    <message>
        <source>α</source>
        <translation>α</translation>
    </message>
    <message>
        <source>How much of the inputs&apos; differences moves into the weights: s = mean|x|^α</source>
        <translation>Wie viel von den Unterschieden der Eingaben in die Gewichte wandert: s = Mittel|x|^α</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Of a code</source>
        <translation>Eines Codes</translation>
    </message>
    <message>
        <source>Strong inputs</source>
        <translation>Starke Eingaben</translation>
    </message>
    <message>
        <source>How much larger two of the channels&apos; inputs are; where yours are not measured</source>
        <translation>Wie viel größer zwei der Eingabekanäle sind; wo Ihre nicht gemessen sind</translation>
    </message>
    <message>
        <source>×</source>
        <translation>×</translation>
    </message>
    <message>
        <source>; inputs as measured by the calibration</source>
        <translation>; Eingaben, wie die Kalibrierung sie maß</translation>
    </message>
    <message>
        <source>; inputs are made up: calibrate on the Salience page to use yours</source>
        <translation>; Eingaben sind erfunden: auf der Seite Bedeutung kalibrieren, um Ihre zu benutzen</translation>
    </message>
    <message>
        <source>output error, %</source>
        <translation>Ausgabefehler, %</translation>
    </message>
    <message>
        <source>least</source>
        <translation>kleinster</translation>
    </message>
    <message>
        <source>before</source>
        <translation>vorher</translation>
    </message>
    <message>
        <source>after scaling</source>
        <translation>nach dem Skalieren</translation>
    </message>
    <message>
        <source>mean |input|</source>
        <translation>Mittel |Eingabe|</translation>
    </message>
    <message>
        <source>largest |weight|</source>
        <translation>größtes |Gewicht|</translation>
    </message>
    <message>
        <source>not possible</source>
        <translation>nicht möglich</translation>
    </message>
    <message>
        <source>output error: unscaled</source>
        <translation>Ausgabefehler: unskaliert</translation>
    </message>
    <message>
        <source>at this α</source>
        <translation>bei diesem α</translation>
    </message>
    <message>
        <source>at α</source>
        <translation>bei α</translation>
    </message>
    <message>
        <source>product without rounding differs by</source>
        <translation>Produkt ohne Runden weicht ab um</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Code number</source>
        <translation>Nummer des Codes</translation>
    </message>
    <message>
        <source>The one that is looked at; click one</source>
        <translation>Der angesehene; einen anklicken</translation>
    </message>
    <message>
        <source>Its value</source>
        <translation>Sein Wert</translation>
    </message>
    <message>
        <source>What it is changed to</source>
        <translation>Worauf er geändert wird</translation>
    </message>
    <message>
        <source>16 codes of %1 bits: click one</source>
        <translation>16 Codes von %1 Bit: einen anklicken</translation>
    </message>
    <message>
        <source>%1 bytes, most significant bit first; the first code has the lowest bits</source>
        <translation>%1 Bytes, höchstes Bit zuerst; der erste Code hat die niedrigsten Bits</translation>
    </message>
    <message>
        <source>(byte %1 | byte %2 &lt;&lt; 8)</source>
        <translation>(Byte %1 | Byte %2 &lt;&lt; 8)</translation>
    </message>
    <message>
        <source>byte %1</source>
        <translation>Byte %1</translation>
    </message>
    <message>
        <source>code %1 = %2 &gt;&gt; %3 &amp; %4 = %5</source>
        <translation>Code %1 = %2 &gt;&gt; %3 &amp; %4 = %5</translation>
    </message>
    <message>
        <source>It lies across two bytes: both must be read.</source>
        <translation>Er liegt in zwei Bytes: beide müssen gelesen werden.</translation>
    </message>
    <message>
        <source>It lies within one byte.</source>
        <translation>Er liegt in einem Byte.</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>unpacked again</source>
        <translation>wieder entpackt</translation>
    </message>
    <message>
        <source>the same codes</source>
        <translation>dieselben Codes</translation>
    </message>
    <message>
        <source>NOT the same</source>
        <translation>NICHT dieselben</translation>
    </message>
    <message>
        <source>codes across two bytes</source>
        <translation>Codes in zwei Bytes</translation>
    </message>
    <message>
        <source>as 16-bit floats</source>
        <translation>als 16-Bit-Gleitkomma</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Bytes</translation>
    </message>
    <message>
        <source>first bytes</source>
        <translation>erste Bytes</translation>
    </message>
    <message>
        <source>, rounded to nearest</source>
        <translation>, zum Nächsten gerundet</translation>
    </message>
    <message>
        <source>Of an element: a sign and the magnitude</source>
        <translation>Eines Elements: ein Vorzeichen und der Betrag</translation>
    </message>
    <message>
        <source>Spread</source>
        <translation>Streuung</translation>
    </message>
    <message>
        <source>Octaves between the largest and the smallest magnitudes</source>
        <translation>Oktaven zwischen dem kleinsten und dem größten Betrag</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>Weights that share an exponent</source>
        <translation>Gewichte, die sich einen Exponenten teilen</translation>
    </message>
    <message>
        <source>8</source>
        <translation>8</translation>
    </message>
    <message>
        <source>16</source>
        <translation>16</translation>
    </message>
    <message>
        <source>32</source>
        <translation>32</translation>
    </message>
    <message>
        <source>64</source>
        <translation>64</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>rounded</source>
        <translation>gerundet</translation>
    </message>
    <message>
        <source>rounded to 0</source>
        <translation>auf 0 gerundet</translation>
    </message>
    <message>
        <source>weights of the first block; dashed: ± 2^E, E = %1</source>
        <translation>Gewichte des ersten Blocks; gestrichelt: ± 2^E, E = %1</translation>
    </message>
    <message>
        <source>shared exponent E</source>
        <translation>gemeinsamer Exponent E</translation>
    </message>
    <message>
        <source>signal to noise</source>
        <translation>Signal zu Rauschen</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>integers, as many bits</source>
        <translation>ganze Zahlen, gleich viele Bits</translation>
    </message>
    <message>
        <source>at bits per weight</source>
        <translation>bei Bits je Gewicht</translation>
    </message>
    <message>
        <source>bits of the elements: the sign above, then the magnitude</source>
        <translation>Bits der Elemente: oben das Vorzeichen, dann der Betrag</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>Stufen</translation>
    </message>
    <message>
        <source>How many values a weight can take</source>
        <translation>Wie viele Werte ein Gewicht annehmen kann</translation>
    </message>
    <message>
        <source>4 (2 bits)</source>
        <translation>4 (2 Bit)</translation>
    </message>
    <message>
        <source>8 (3 bits)</source>
        <translation>8 (3 Bit)</translation>
    </message>
    <message>
        <source>16 (4 bits)</source>
        <translation>16 (4 Bit)</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Which one the next slider moves</source>
        <translation>Welche der nächste Regler bewegt</translation>
    </message>
    <message>
        <source>In standard deviations of the weights</source>
        <translation>In Standardabweichungen der Gewichte</translation>
    </message>
    <message>
        <source>One step of k-means</source>
        <translation>Ein Schritt k-Means</translation>
    </message>
    <message>
        <source>Each level moves to the mean of the weights nearest to it</source>
        <translation>Jede Stufe rückt zum Mittel der Gewichte, die ihr am nächsten liegen</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>Bis zum Ende</translation>
    </message>
    <message>
        <source>Steps of k-means until nothing moves</source>
        <translation>Schritte von k-Means, bis sich nichts mehr bewegt</translation>
    </message>
    <message>
        <source>Evenly again</source>
        <translation>Wieder gleichmäßig</translation>
    </message>
    <message>
        <source>Your levels become a uniform ruler</source>
        <translation>Ihre Stufen werden ein gleichmäßiges Lineal</translation>
    </message>
    <message>
        <source>weight, in standard deviations</source>
        <translation>Gewicht, in Standardabweichungen</translation>
    </message>
    <message>
        <source>your levels: drag them</source>
        <translation>Ihre Stufen: ziehen</translation>
    </message>
    <message>
        <source>your error</source>
        <translation>Ihr Fehler</translation>
    </message>
    <message>
        <source>uniform, full range</source>
        <translation>gleichmäßig, voller Bereich</translation>
    </message>
    <message>
        <source>uniform, best range</source>
        <translation>gleichmäßig, bester Bereich</translation>
    </message>
    <message>
        <source>NF4 (a scale per 64)</source>
        <translation>NF4 (eine Skala je 64)</translation>
    </message>
    <message>
        <source>k-means</source>
        <translation>k-Means</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>Ihre</translation>
    </message>
    <message>
        <source>Of a code as packed</source>
        <translation>Eines Codes, gepackt</translation>
    </message>
    <message>
        <source>Group size</source>
        <translation>Gruppengröße</translation>
    </message>
    <message>
        <source>Weights that share a scale</source>
        <translation>Gewichte, die sich eine Skala teilen</translation>
    </message>
    <message>
        <source>256</source>
        <translation>256</translation>
    </message>
    <message>
        <source>What the lesson&apos;s own weights look like</source>
        <translation>Wie die eigenen Gewichte der Lektion aussehen</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>normal</translation>
    </message>
    <message>
        <source>long tails</source>
        <translation>lange Ausläufer</translation>
    </message>
    <message>
        <source>uniform</source>
        <translation>gleichmäßig</translation>
    </message>
    <message>
        <source>code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>how often; above each bar the bits of its Huffman code</source>
        <translation>wie oft; über jedem Balken die Bits seines Huffman-Codes</translation>
    </message>
    <message>
        <source>how often</source>
        <translation>wie oft</translation>
    </message>
    <message>
        <source>codes</source>
        <translation>Codes</translation>
    </message>
    <message>
        <source>entropy</source>
        <translation>Entropie</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>scales beside the codes</source>
        <translation>Skalen neben den Codes</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>%1 Bit je Gewicht</translation>
    </message>
    <message>
        <source>entropy (the bound)</source>
        <translation>Entropie (die Schranke)</translation>
    </message>
    <message>
        <source>Columns rounded</source>
        <translation>Gerundete Spalten</translation>
    </message>
    <message>
        <source>How far the method has come</source>
        <translation>Wie weit das Verfahren gekommen ist</translation>
    </message>
    <message>
        <source>Correlation</source>
        <translation>Korrelation</translation>
    </message>
    <message>
        <source>Of neighbouring inputs; where yours are not measured</source>
        <translation>Benachbarter Eingaben; wo Ihre nicht gemessen sind</translation>
    </message>
    <message>
        <source>Strongest first</source>
        <translation>Stärkste zuerst</translation>
    </message>
    <message>
        <source>Columns with the largest inputs first (act order)</source>
        <translation>Spalten mit den größten Eingaben zuerst (act order)</translation>
    </message>
    <message>
        <source>Nothing is rounded yet</source>
        <translation>Noch ist nichts gerundet</translation>
    </message>
    <message>
        <source>All columns are rounded: their errors W − Q</source>
        <translation>Alle Spalten sind gerundet: ihre Fehler W − Q</translation>
    </message>
    <message>
        <source>Left of the line: errors W − Q of rounded columns. Right: what was added to the others</source>
        <translation>Links der Linie: Fehler W − Q gerundeter Spalten. Rechts: was zu den anderen kam</translation>
    </message>
    <message>
        <source>nearest</source>
        <translation>zum Nächsten</translation>
    </message>
    <message>
        <source>GPTQ</source>
        <translation>GPTQ</translation>
    </message>
    <message>
        <source>columns rounded</source>
        <translation>gerundete Spalten</translation>
    </message>
    <message>
        <source>output error so far, % of the output</source>
        <translation>Ausgabefehler bis hier, % der Ausgabe</translation>
    </message>
    <message>
        <source>output error so far: nearest</source>
        <translation>Ausgabefehler bis hier: zum Nächsten</translation>
    </message>
    <message>
        <source>of the weights, in the end: nearest</source>
        <translation>der Gewichte, am Ende: zum Nächsten</translation>
    </message>
    <message>
        <source>Bits per weight, scales included</source>
        <translation>Bits je Gewicht, Skalen mitgezählt</translation>
    </message>
    <message>
        <source>Bought by</source>
        <translation>Gekauft von</translation>
    </message>
    <message>
        <source>Who spends the budget</source>
        <translation>Wer das Budget ausgibt</translation>
    </message>
    <message>
        <source>the same width for all</source>
        <translation>überall dieselbe Breite</translation>
    </message>
    <message>
        <source>greedy</source>
        <translation>gierig</translation>
    </message>
    <message>
        <source>Lagrange</source>
        <translation>Lagrange</translation>
    </message>
    <message>
        <source>chance</source>
        <translation>Zufall</translation>
    </message>
    <message>
        <source>Measuring %1…</source>
        <translation>%1 wird gemessen…</translation>
    </message>
    <message>
        <source>%1: relative squared error of each tensor, rounded to nearest. The pages Sensitivity and Budget do this with measured losses.</source>
        <translation>%1: relativer quadratischer Fehler jedes Tensors, zum Nächsten gerundet. Die Seiten Empfindlichkeit und Budget tun dies mit gemessenen Verlusten.</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>Tensor</translation>
    </message>
    <message>
        <source>bits of each tensor</source>
        <translation>Bits jedes Tensors</translation>
    </message>
    <message>
        <source>best mixed widths</source>
        <translation>beste gemischte Breiten</translation>
    </message>
    <message>
        <source>one width for all</source>
        <translation>eine Breite für alle</translation>
    </message>
    <message>
        <source>what you bought</source>
        <translation>was Sie kauften</translation>
    </message>
    <message>
        <source>loss of all tensors (logarithmic)</source>
        <translation>Verlust aller Tensoren (logarithmisch)</translation>
    </message>
    <message>
        <source>bought</source>
        <translation>gekauft</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>%1 at %2 bits</source>
        <translation>%1 bei %2 Bit</translation>
    </message>
    <message>
        <source>nobody can go below</source>
        <translation>darunter kommt niemand</translation>
    </message>
    <message>
        <source>Of the two inputs</source>
        <translation>Der beiden Eingaben</translation>
    </message>
    <message>
        <source>Second input</source>
        <translation>Zweite Eingabe</translation>
    </message>
    <message>
        <source>Its size relative to the first</source>
        <translation>Ihre Größe im Verhältnis zur ersten</translation>
    </message>
    <message>
        <source>First weight</source>
        <translation>Erstes Gewicht</translation>
    </message>
    <message>
        <source>In steps</source>
        <translation>In Schritten</translation>
    </message>
    <message>
        <source>Second weight</source>
        <translation>Zweites Gewicht</translation>
    </message>
    <message>
        <source>Pair</source>
        <translation>Paar</translation>
    </message>
    <message>
        <source>Which neighbouring columns; only with your weights</source>
        <translation>Welche benachbarten Spalten; nur mit Ihren Gewichten</translation>
    </message>
    <message>
        <source>the two weights: drag them</source>
        <translation>die beiden Gewichte: ziehen</translation>
    </message>
    <message>
        <source>best of all</source>
        <translation>bester von allen</translation>
    </message>
    <message>
        <source>first weight, in steps</source>
        <translation>erstes Gewicht, in Schritten</translation>
    </message>
    <message>
        <source>second weight, in steps</source>
        <translation>zweites Gewicht, in Schritten</translation>
    </message>
    <message>
        <source>output error: nearest</source>
        <translation>Ausgabefehler: zum Nächsten</translation>
    </message>
    <message>
        <source>coordinate descent</source>
        <translation>Koordinatenabstieg</translation>
    </message>
    <message>
        <source>distance: nearest</source>
        <translation>Abstand: zum Nächsten</translation>
    </message>
    <message>
        <source>best</source>
        <translation>bester</translation>
    </message>
    <message>
        <source>%1: row 1, columns %2 and %3, in steps of a 3-bit ruler; </source>
        <translation>%1: Zeile 1, Spalten %2 und %3, in Schritten eines 3-Bit-Lineals; </translation>
    </message>
    <message>
        <source>correlation as measured by the calibration</source>
        <translation>Korrelation, wie die Kalibrierung sie maß</translation>
    </message>
    <message>
        <source>the correlation is made up: calibrate on the Salience page to measure it</source>
        <translation>die Korrelation ist erfunden: auf der Seite Bedeutung kalibrieren, um sie zu messen</translation>
    </message>
    <message>
        <source>2^bits levels</source>
        <translation>2^Bits Stufen</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>How much of the weights&apos; range the levels cover</source>
        <translation>Wie viel vom Bereich der Gewichte die Stufen abdecken</translation>
    </message>
    <message>
        <source>all of the error</source>
        <translation>der ganze Fehler</translation>
    </message>
    <message>
        <source>from weights cut off</source>
        <translation>von abgeschnittenen Gewichten</translation>
    </message>
    <message>
        <source>from rounding</source>
        <translation>vom Runden</translation>
    </message>
    <message>
        <source>range / largest weight</source>
        <translation>Bereich / größtes Gewicht</translation>
    </message>
    <message>
        <source>mean squared error</source>
        <translation>mittlerer quadratischer Fehler</translation>
    </message>
    <message>
        <source>least error</source>
        <translation>kleinster Fehler</translation>
    </message>
    <message>
        <source>99.9 % inside</source>
        <translation>99,9 % darin</translation>
    </message>
    <message>
        <source>range</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>weight / largest</source>
        <translation>Gewicht / größtes</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>error here</source>
        <translation>Fehler hier</translation>
    </message>
    <message>
        <source>of it cut off</source>
        <translation>davon abgeschnitten</translation>
    </message>
    <message>
        <source>full range</source>
        <translation>voller Bereich</translation>
    </message>
    <message>
        <source>at range</source>
        <translation>beim Bereich</translation>
    </message>
    <message>
        <source>gain</source>
        <translation>Gewinn</translation>
    </message>
    <message>
        <source>%1 dB</source>
        <translation>%1 dB</translation>
    </message>
    <message>
        <source>How much of the weights&apos; range the levels cover; the rest is cut off</source>
        <translation>Wie viel vom Bereich der Gewichte die Stufen abdecken; der Rest wird abgeschnitten</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Verschiebung</translation>
    </message>
    <message>
        <source>Moves all weights to one side</source>
        <translation>Verschiebt alle Gewichte zu einer Seite</translation>
    </message>
    <message>
        <source>Symmetric</source>
        <translation>Symmetrisch</translation>
    </message>
    <message>
        <source>No zero point: the range is -a to a</source>
        <translation>Kein Nullpunkt: der Bereich ist -a bis a</translation>
    </message>
    <message>
        <source>weight and its level</source>
        <translation>Gewicht und seine Stufe</translation>
    </message>
    <message>
        <source>cut off: beyond the last level</source>
        <translation>abgeschnitten: jenseits der letzten Stufe</translation>
    </message>
    <message>
        <source>levels</source>
        <translation>Stufen</translation>
    </message>
    <message>
        <source>value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>scale (step)</source>
        <translation>Skala (Schritt)</translation>
    </message>
    <message>
        <source>zero point</source>
        <translation>Nullpunkt</translation>
    </message>
    <message>
        <source>rms error</source>
        <translation>mittlerer Fehler (rms)</translation>
    </message>
    <message>
        <source>step / √12</source>
        <translation>Schritt / √12</translation>
    </message>
    <message>
        <source>largest error</source>
        <translation>größter Fehler</translation>
    </message>
    <message>
        <source>cut off</source>
        <translation>abgeschnitten</translation>
    </message>
    <message>
        <source>Outlier</source>
        <translation>Ausreißer</translation>
    </message>
    <message>
        <source>How many times the typical weight the marked one is</source>
        <translation>Das Wievielfache eines gewöhnlichen Gewichts das markierte ist</translation>
    </message>
    <message>
        <source>2^bits levels per group</source>
        <translation>2^Bits Stufen je Gruppe</translation>
    </message>
    <message>
        <source>; the marked one is where you drag it</source>
        <translation>; das markierte ist, wo Sie es hinziehen</translation>
    </message>
    <message>
        <source>the outlier: drag it</source>
        <translation>der Ausreißer: ziehen</translation>
    </message>
    <message>
        <source>levels of its group</source>
        <translation>Stufen seiner Gruppe</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>weight number</source>
        <translation>Nummer des Gewichts</translation>
    </message>
    <message>
        <source>rms error of its neighbours</source>
        <translation>mittlerer Fehler (rms) seiner Nachbarn</translation>
    </message>
    <message>
        <source>in other groups</source>
        <translation>in anderen Gruppen</translation>
    </message>
    <message>
        <source>Rotate</source>
        <translation>Drehen</translation>
    </message>
    <message>
        <source>Multiply every row by a random rotation</source>
        <translation>Jede Zeile mit einer zufälligen Drehung multiplizieren</translation>
    </message>
    <message>
        <source>Outliers</source>
        <translation>Ausreißer</translation>
    </message>
    <message>
        <source>How many times as large three of the columns are</source>
        <translation>Das Wievielfache drei der Spalten sind</translation>
    </message>
    <message>
        <source>Of a code; one scale per row</source>
        <translation>Eines Codes; eine Skala je Zeile</translation>
    </message>
    <message>
        <source>Signs</source>
        <translation>Vorzeichen</translation>
    </message>
    <message>
        <source>Another draw of the random signs D</source>
        <translation>Eine andere Ziehung der zufälligen Vorzeichen D</translation>
    </message>
    <message>
        <source>; the outliers are its own, if it has any</source>
        <translation>; die Ausreißer sind seine eigenen, wenn es welche hat</translation>
    </message>
    <message>
        <source>After: every row rotated (blue below 0, orange above)</source>
        <translation>Nachher: jede Zeile gedreht (blau unter 0, orange über 0)</translation>
    </message>
    <message>
        <source>Before: the weights (blue below 0, orange above)</source>
        <translation>Vorher: die Gewichte (blau unter 0, orange über 0)</translation>
    </message>
    <message>
        <source>after the rotation</source>
        <translation>nach der Drehung</translation>
    </message>
    <message>
        <source>how many (logarithmic)</source>
        <translation>wie viele (logarithmisch)</translation>
    </message>
    <message>
        <source>kurtosis before</source>
        <translation>Wölbung vorher</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nachher</translation>
    </message>
    <message>
        <source>error before</source>
        <translation>Fehler vorher</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Of every weight of the model</source>
        <translation>Jedes Gewichts des Modells</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Anfang</translation>
    </message>
    <message>
        <source>How the text begins</source>
        <translation>Wie der Text beginnt</translation>
    </message>
    <message>
        <source>Once upon a time</source>
        <translation>Once upon a time</translation>
    </message>
    <message>
        <source>It was raining</source>
        <translation>It was raining</translation>
    </message>
    <message>
        <source>The two friends</source>
        <translation>The two friends</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>0: always the most likely token; higher: more variety</source>
        <translation>0: immer das wahrscheinlichste Token; höher: mehr Abwechslung</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Another draw of the random numbers</source>
        <translation>Eine andere Ziehung der Zufallszahlen</translation>
    </message>
    <message>
        <source>The open model: %1</source>
        <translation>Das offene Modell: %1</translation>
    </message>
    <message>
        <source>The demo model that comes with Bitsmith</source>
        <translation>Das Demomodell, das zu Bitsmith gehört</translation>
    </message>
    <message>
        <source>The original</source>
        <translation>Das Original</translation>
    </message>
    <message>
        <source>Rounded: not there yet</source>
        <translation>Gerundet: noch nicht da</translation>
    </message>
    <message>
        <source>Rounded to %1 bits</source>
        <translation>Auf %1 Bit gerundet</translation>
    </message>
    <message>
        <source>token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>KL divergence, nats</source>
        <translation>KL-Divergenz, nats</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>mean KL</source>
        <translation>mittlere KL</translation>
    </message>
    <message>
        <source>%1 nats</source>
        <translation>%1 nats</translation>
    </message>
    <message>
        <source>same tokens before the first difference</source>
        <translation>gleiche Token vor dem ersten Unterschied</translation>
    </message>
    <message>
        <source>%1: %2 × %3 of %4 × %5 weights</source>
        <translation>%1: %2 × %3 von %4 × %5 Gewichten</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>exakt</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Experiments are not recorded</source>
        <translation>Experimente werden nicht aufgezeichnet</translation>
    </message>
</context>
<context>
    <name>plan</name>
    <message>
        <source>%1 · %2 bits per weight · %3× smaller</source>
        <translation>%1 · %2 Bit je Gewicht · %3× kleiner</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>etwa %1</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>höchstens %1</translation>
    </message>
</context>
<context>
    <name>studies</name>
    <message>
        <source>%1 MB/s</source>
        <translation>%1 MB/s</translation>
    </message>
    <message>
        <source>compression loads %1 times as fast</source>
        <translation>komprimiert lädt es %1-mal so schnell</translation>
    </message>
    <message>
        <source>compression loads %1 times as slowly</source>
        <translation>komprimiert lädt es %1-mal so langsam</translation>
    </message>
    <message>
        <source>Cold, from %1: %2 s uncompressed, %3 s compressed to %4 %: %5.</source>
        <translation>Kalt, von %1: %2 s unkomprimiert, %3 s komprimiert auf %4 %: %5.</translation>
    </message>
    <message>
        <source>This machine decodes %1 and reads %2 cold: compression pays on media slower than %3.</source>
        <translation>Diese Maschine decodiert %1 und liest %2 kalt: Komprimieren lohnt sich auf Medien, die langsamer sind als %3.</translation>
    </message>
    <message>
        <source>This machine decodes %1 and reads %2 cold; but the file does not get smaller.</source>
        <translation>Diese Maschine decodiert %1 und liest %2 kalt; aber die Datei wird nicht kleiner.</translation>
    </message>
    <message>
        <source>%1 % of a file could not be dropped from the page cache, so that the loads were not quite cold.</source>
        <translation>%1 % einer Datei ließen sich nicht aus dem Seitencache entfernen, so dass das Laden nicht ganz kalt war.</translation>
    </message>
</context>
<context>
    <name>text</name>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>not finite</source>
        <translation>nicht endlich</translation>
    </message>
    <message>
        <source>0 %</source>
        <translation>0 %</translation>
    </message>
    <message>
        <source>&lt; 0.001 %</source>
        <translation>&lt; 0.001 %</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
</context>
</TS>
