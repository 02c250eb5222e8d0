import { useSignal } from '@preact/signals';
import { priceWords } from '../../market/quoting/quoting';
import { compare } from '../../numbers/decimal';
import { grouped, signed as withSign } from '../../numbers/format';
import { priceUnitOf } from '../../numbers/valuation';
import { Dialog } from '../../parts/Dialog';
import { toast } from '../../parts/toast';
import { Change } from '../../parts/values/Change';
import { openOrders } from '../../state/account';
import { contexts, markets } from '../../state/markets';
import { pricings } from '../../state/pricings';
import { type Field as Checked, gridPrice, isText } from '../../ticket/checks/entered';
import { because } from '../../ticket/checks/refusals';
import { cancel, exit, place } from '../../ticket/sending/orders';
import type { OpenOrder, Position } from '../../wire/account';
import css from '../account.module.css';
import { Fault, Field, useActing } from '../acting';
import { useGrid } from '../useGrid';
import { gainAt } from './LeaveDialog';

interface Props {
  position: Position;
  close: () => void;
}

/** Take-profit and stop of a whole position, by the mark; they end with it. */
export function ExitsDialog({ position, close }: Props) {
  const { coin } = position;
  const long = !position.szi.startsWith('-');
  const sz = position.szi.replace('-', '');
  const take = useSignal('');
  const stop = useSignal('');
  const grid = useGrid(coin);
  const { busy, fault, act } = useActing();
  const mark = contexts.value.get(coin)?.value.markPx ?? null;
  const asset = markets.value.find((one) => one.coin === coin)?.asset;
  const waiting = openOrders.value.filter((one) => one.coin === coin && one.isPositionTpsl);

  const look = (text: string, name: string, above: boolean): Checked => {
    if (!grid) return { reason: '' };
    const field = gridPrice(text, name, grid);
    if (!isText(field) || mark === null) return field;
    const ahead = compare(field.text, mark);
    if (above ? ahead > 0 : ahead < 0) return field;
    const words = `The ${name} has to lie ${above ? 'above' : 'below'} the mark, ${mark}.`;
    return { reason: because('TRIGGER_PRICE_INVALID', words) };
  };
  const fields = [look(take.value, 'take-profit', long), look(stop.value, 'stop', !long)];
  const reasons = fields.flatMap((field) => (!isText(field) && field.reason ? [field.reason] : []));
  const ready = fields.some(isText) && reasons.length === 0 && asset !== undefined && !busy;
  const send = async () => {
    if (!grid || asset === undefined) return;
    const orders = fields.flatMap((field, index) =>
      isText(field) ? [exit(asset, !long, sz, index === 0 ? 'tp' : 'sl', field.text, grid)] : [],
    );
    await place({ type: 'order', orders, grouping: 'positionTpsl' });
  };
  const gains = fields.map((field) => (isText(field) ? gainAt(position, field.text, sz) : null));
  return (
    <Dialog title={`Take profit and stop of ${coin}`} close={close}>
      <div class={css.form}>
        <p>{`${long ? 'Long' : 'Short'} ${grouped(sz)} ${coin}, entered at ${priceWords(coin, position.entryPx)}, mark ${priceWords(coin, mark)}.`}</p>
        <Field
          label="Take profit"
          unit={<Change of={gains[0] ?? null} text={withSign(gains[0] ?? null, 2)} unit="USD" />}
          value={take.value}
          placeholder="none"
          enter={(text) => {
            take.value = text;
          }}
        />
        <Field
          label="Stop loss"
          unit={<Change of={gains[1] ?? null} text={withSign(gains[1] ?? null, 2)} unit="USD" />}
          value={stop.value}
          placeholder="none"
          enter={(text) => {
            stop.value = text;
          }}
        />
        <p class="soft">
          When the mark is there all of the position is closed at the market, at most 10 % beyond.
          Gains are estimates. Prices are entered in {priceUnitOf(pricings.value.get(coin)?.unit)},
          as the market quotes them.
        </p>
        <div role="status" class="soft">
          {reasons.join(' ')}
        </div>
        <Fault text={fault} />
        <button
          type="button"
          class="button primary"
          disabled={!ready}
          onClick={() => act(send, `Exits of ${coin} wait`, close)}
        >
          Set
        </button>
        {waiting.length ? <Waiting orders={waiting} asset={asset} /> : null}
      </div>
    </Dialog>
  );
}

function Waiting({ orders, asset }: { orders: readonly OpenOrder[]; asset: number | undefined }) {
  const end = async (order: OpenOrder) => {
    if (asset === undefined) return;
    try {
      await cancel([{ asset, oid: order.oid }]);
      toast('good', 'Cancelled', `${order.orderType} at ${order.triggerPx} has ended.`);
    } catch (fault) {
      toast('bad', 'Not cancelled', fault instanceof Error ? fault.message : '');
    }
  };
  return (
    <ul class={css.list} aria-label="What waits">
      {orders.map((order) => (
        <li key={order.oid}>
          <span>{`${order.orderType} at ${priceWords(order.coin, order.triggerPx, true)}`}</span>
          <button type="button" class="quiet" onClick={() => end(order)}>
            Cancel<span class="hidden">{` order ${order.oid}`}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
